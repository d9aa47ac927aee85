//! Names the channels over which the outside hears how a request goes: the couriers, and the helpdesk that it came
//! from.

use contraflow_domain::request::Source;

/// Returns the channels of a request that comes in here, as the wiring gives them to this component. A helpdesk is
/// among them only where there is a ticket to answer on.
pub async fn wired(source: &Source) -> Vec<String> {
    let channels = crate::variable("channels").await;
    let heard = |channel: &&str| *channel != source.channel || source.reference.is_some();
    channels.split_whitespace().filter(heard).map(str::to_owned).collect()
}

/// Returns the channels of a request that was stored before requests named theirs: at that time there was one courier
/// and one helpdesk.
#[must_use]
pub fn before(source: &Source) -> Vec<String> {
    let ticket = source.channel == "zendesk" && source.reference.is_some();
    ["webhook", "zendesk"].into_iter().take(if ticket { 2 } else { 1 }).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_request_is_told_over_what_it_was_told_over() {
        let from = |channel: &str, reference: Option<&str>| {
            before(&Source { channel: channel.into(), reference: reference.map(str::to_owned), link: None })
        };
        assert_eq!(from("zendesk", Some("4711")), ["webhook", "zendesk"]);
        assert_eq!(from("zendesk", None), ["webhook"]);
        for silent in ["api", "console", "csv", "schedule"] {
            assert_eq!(from(silent, Some("7")), ["webhook"]);
        }
    }
}
