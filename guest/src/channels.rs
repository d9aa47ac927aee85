//! Names the channels over which the outside hears how a request goes: the couriers, and the helpdesk that it came
//! from.

use contraflow_domain::request::Source;

/// Returns the channels of a request that comes in here, as the wiring gives them to this component. A helpdesk is
/// among them only where there is a ticket to answer on, and a courier that a variable switches on only where it is on.
pub async fn wired(source: &Source) -> Vec<String> {
    let mut there = Vec::new();
    for channel in heard(&crate::variable("channels").await, source) {
        if !is_off(&spin_sdk::variables::get(switch(&channel)).await) {
            there.push(channel);
        }
    }
    there
}

/// Returns those of the wired channels that are there for this source.
fn heard(channels: &str, source: &Source) -> Vec<String> {
    let heard = |channel: &&str| *channel != source.channel || source.reference.is_some();
    channels.split_whitespace().filter(heard).map(str::to_owned).collect()
}

/// Returns the name of the variable that says whether a channel is on.
fn switch(channel: &str) -> String {
    format!("channel_{}", channel.replace('-', "_"))
}

/// Tells whether a channel's variable says that it is off: it is there, and empty. A channel without one is on, and so
/// is one whose variable can't be read: what nobody sends is told later, what was never written is not.
fn is_off<E>(variable: &Result<String, E>) -> bool {
    variable.as_ref().is_ok_and(|value| value.trim().is_empty())
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

    fn from(channel: &str, reference: Option<&str>) -> Source {
        Source { channel: channel.into(), reference: reference.map(str::to_owned), link: None }
    }

    #[test]
    fn a_helpdesk_hears_of_a_request_only_on_its_ticket() {
        let wired = " webhook postmark  zendesk";
        assert_eq!(heard(wired, &from("zendesk", Some("4711"))), ["webhook", "postmark", "zendesk"]);
        assert_eq!(heard(wired, &from("zendesk", None)), ["webhook", "postmark"]);
        assert_eq!(heard("webhook", &from("api", None)), ["webhook"]);
        assert!(heard("", &from("api", None)).is_empty());
    }

    #[test]
    fn a_channel_is_off_only_where_its_variable_is_there_and_empty() {
        assert_eq!(switch("postmark"), "channel_postmark");
        assert_eq!(switch("letter-press"), "channel_letter_press");
        for (variable, off) in [
            (Ok(String::new()), true),
            (Ok(" ".to_owned()), true),
            (Ok("credits@acme.example".to_owned()), false),
            (Err("there is none"), false),
        ] {
            assert_eq!(is_off(&variable), off, "{variable:?}");
        }
    }

    #[test]
    fn a_stored_request_is_told_over_what_it_was_told_over() {
        assert_eq!(before(&from("zendesk", Some("4711"))), ["webhook", "zendesk"]);
        assert_eq!(before(&from("zendesk", None)), ["webhook"]);
        for silent in ["api", "console", "csv", "schedule"] {
            assert_eq!(before(&from(silent, Some("7"))), ["webhook"]);
        }
    }
}
