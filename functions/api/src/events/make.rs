//! Makes the requests that rules ask for because of one event, in one commit.

use std::collections::BTreeMap;

use contraflow_domain::approval::automatic::Tally;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::making::{self, Event, Sums, Wish};
use contraflow_domain::policy::{MakingRule, Policy};
use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::rule_made::{CausingEvent, RuleMade};
use contraflow_domain::request::{Request, Source};
use contraflow_domain::time::Timestamp;
use contraflow_domain::words;
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::{Checked, Kept, REUSED};
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, now, policy, policy_versions};
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// New requests, each with what comes next for it.
pub type Fresh = Vec<(String, Next)>;

/// A request that a rule made because of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    rule: String,
    request: String,
    /// Which bound of the rule it is beyond, so that a person decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<String>,
}

/// What became of an event; also the receipt, which the clock sweeps out when its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Receipt {
    at: Timestamp,
    fingerprint: String,
    made: Vec<Made>,
    /// The rules that take such events and asked for nothing, each with why.
    nothing: BTreeMap<String, String>,
    policy: String,
}

/// What the sender is told.
#[derive(Debug, Serialize)]
pub struct Told {
    id: String,
    made: Vec<Made>,
    nothing: BTreeMap<String, String>,
    /// Why no request was made, where no rule takes such events.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    policy: String,
}

/// Lets the rules of the policy make requests because of an event, and tells what each made. The same event again makes
/// nothing more.
///
/// # Errors
/// 422 where a rule takes the event and lacks something, or its id was used for another event; nothing is made then.
pub async fn make_of(event: &Event, sender: &str) -> Result<(Told, Fresh), Problem> {
    let said = (&event.kind, &event.subject, &event.time, &event.data);
    let fingerprint = contraflow_audit::canonical_hash(&said).map_err(|error| Problem::internal(error.to_string()))?;
    let receipt_key = keys::inbound("events", &event.source, &event.id);
    let (receipt, fresh) = transact(async |unit| {
        if let Some(known) = unit.read::<Receipt>(&receipt_key).await? {
            return if known.fingerprint == fingerprint { Ok((known, Vec::new())) } else { Err(reused(event)) };
        }
        let policy = policy::for_commit(unit).await?;
        let wanted = wanted(&policy, event)?;
        let (mut made, mut fresh) = (Vec::new(), Vec::new());
        if !wanted.asks.is_empty() {
            let author = author(unit, &policy).await?;
            let hands = [Some(sender.to_owned()), author].into_iter().flatten().collect();
            let making = Making { policy: &policy, event, sender, hands };
            for (rule, ask) in wanted.asks {
                let (told, request) = making.make(unit, rule, ask).await?;
                made.push(told);
                fresh.extend(request.map(|request| (request.id.clone(), chain::next(&request, now()))));
            }
        }
        let name = policy.title();
        let nothing = wanted.nothing;
        let receipt = Receipt { at: now(), fingerprint: fingerprint.clone(), made, nothing, policy: name };
        // An event that no rule takes is judged anew when it comes again: there may be a rule then.
        if !receipt.made.is_empty() || !receipt.nothing.is_empty() {
            unit.write(&receipt_key, &receipt)?;
        }
        Ok((receipt, fresh))
    })
    .await?;
    let Receipt { made, nothing, policy, .. } = receipt;
    let is_taken = !made.is_empty() || !nothing.is_empty();
    let why = (!is_taken).then(|| taken_by_none(&policy, event));
    Ok((Told { id: event.id.clone(), made, nothing, why, policy }, fresh))
}

/// Says that no rule of the policy of that title takes such events.
pub fn taken_by_none(policy: &str, event: &Event) -> String {
    format!("no rule of policy {policy} takes events of type `{}`", event.kind)
}

/// Tells whether an event of that source and id was taken in before.
pub async fn is_known(unit: &mut Unit, event: &Event) -> Result<bool, Problem> {
    Ok(unit.look_at::<Receipt>(&keys::inbound("events", &event.source, &event.id)).await?.is_some())
}

fn reused(event: &Event) -> Problem {
    let detail = format!(
        "Another event of {} was taken in as {}, and that one stands: give each event an id of its own.",
        event.source, event.id
    );
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, REUSED, detail)
}

/// What the rules of a policy want because of an event.
pub struct Wanted<'a> {
    /// What they ask for.
    pub asks: Vec<(&'a MakingRule, Ask)>,
    /// The rules that want nothing, each with why.
    pub nothing: BTreeMap<String, String>,
}

impl Wanted<'_> {
    /// Tells whether no rule takes such events.
    pub fn takes_none(&self) -> bool {
        self.asks.is_empty() && self.nothing.is_empty()
    }
}

/// Returns what the rules of a policy want because of an event.
///
/// # Errors
/// 422 where a rule takes the event and lacks something, or it happened too long ago.
pub fn wanted<'a>(policy: &'a Policy, event: &Event) -> Result<Wanted<'a>, Problem> {
    // The receipt of so old an event would have left: nobody could tell whether it was taken in before.
    if event.time.is_some_and(|time| policy.retention.receipt_is_over(time, now())) {
        let days = policy.retention.receipts_after_days;
        return Err(Problem::field(
            "/time",
            format!("it happened more than {days} days ago: ask for a credit by hand"),
        ));
    }
    let (mut asks, mut nothing, mut errors) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (rule, wish) in making::wishes(policy, event) {
        match wish {
            Ok(Wish::Ask(ask)) => asks.push((rule, *ask)),
            Ok(Wish::Nothing(why)) => {
                nothing.insert(rule.name.clone(), why.to_owned());
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() { Ok(Wanted { asks, nothing }) } else { Err(Problem::invalid(errors)) }
}

/// Returns who proposed the policy in force: whoever wrote down what a rule asks for has asked for it. Whoever put it
/// in force has only agreed, as whoever approves a request does. Nobody is known to have written the file.
pub async fn author(unit: &mut Unit, policy: &Policy) -> Result<Option<String>, Problem> {
    let Some(number) = policy.number else { return Ok(None) };
    match policy_versions::find(unit, number).await {
        Ok(version) => Ok(Some(version.proposed_by)),
        Err(problem) if problem.is_not_found() => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What the requests of one event have in common.
pub struct Making<'a> {
    /// The policy whose rules make them.
    pub policy: &'a Policy,
    /// The event.
    pub event: &'a Event,
    /// Who sent it.
    pub sender: &'a str,
    /// Those who have asked besides the rule: none of them decides.
    pub hands: Vec<String>,
}

/// A request that a rule asks for, before it is made.
pub struct Prepared {
    /// What the rule asks for.
    pub asked: Checked,
    /// Which bound of the rule it is beyond, so that a person decides.
    pub over: Option<String>,
    /// The sums of the rule with this one in them, where it is within the bounds, and where they stand.
    sums: (Sums, [String; 4]),
}

impl Prepared {
    /// Counts it in the unit, where it is within the bounds of its rule.
    pub fn count(&self, unit: &mut Unit) -> Result<(), Problem> {
        if self.over.is_some() {
            return Ok(());
        }
        let (sums, places) = &self.sums;
        write(unit, places, sums)
    }
}

impl Making<'_> {
    /// Prepares the request of a rule, by the sums as the unit knows them.
    pub async fn prepare(&self, unit: &mut Unit, rule: &MakingRule, ask: Ask) -> Result<Prepared, Problem> {
        let (policy, event) = (self.policy, self.event);
        let today = policy.business.time_zone.day(now());
        let worth = ask.amount.and_then(|amount| policy.worth(amount));
        let places = places(rule, &ask);
        let mut sums = read(unit, &places).await?;
        let over = sums.over(rule, worth, today);
        sums.add(worth, today);
        let cause = CausingEvent {
            id: event.id.clone(),
            source: event.source.clone(),
            kind: event.kind.clone(),
            time: event.time,
            sent_by: self.sender.to_owned(),
        };
        let made =
            RuleMade { by: policy.ruled(&rule.name), event: cause, owner: rule.owner_title(), over: over.clone() };
        let reference = Some(format!("{}/{}", rule.name, event.id));
        let source = Source { channel: making::CHANNEL.into(), reference, link: None };
        let asked = Checked::of(source, ask)?.with_hands(self.hands.clone()).by_rule(made);
        Ok(Prepared { asked, over, sums: (sums, places) })
    }

    /// Makes the request of a rule, in the commit that counts it.
    async fn make(&self, unit: &mut Unit, rule: &MakingRule, ask: Ask) -> Result<(Made, Option<Request>), Problem> {
        let (prepared, event) = (self.prepare(unit, rule, ask).await?, self.event);
        let receipt_key = keys::inbound(making::CHANNEL, &rule.name, &format!("{} {}", event.source, event.id));
        let kept = prepared.asked.keep(unit, &receipt_key, &making::asker(&rule.name)).await?;
        let (id, request) = match kept {
            Kept::New(request) => {
                prepared.count(unit)?;
                (request.id.clone(), Some(*request))
            }
            Kept::Known(id) => (id, None),
        };
        Ok((Made { rule: rule.name.clone(), request: id, over: prepared.over }, request))
    }
}

/// Returns where the sums of a rule stand: for the customer, how many and how much, and for all.
fn places(rule: &MakingRule, ask: &Ask) -> [String; 4] {
    let customer = words::canonical(ask.customer.as_deref().unwrap_or_default());
    let of_customer = format!("{}/{customer}", rule.name);
    [
        keys::tally("rule-customer-count", &of_customer, 0),
        keys::tally("rule-customer-worth", &of_customer, 0),
        keys::tally("rule-count", &rule.name, 0),
        keys::tally("rule-worth", &rule.name, 0),
    ]
}

async fn read(unit: &mut Unit, places: &[String; 4]) -> Result<Sums, Problem> {
    let mut tallies = unit.read_many::<Tally>(places).await?.into_iter().map(Option::unwrap_or_default);
    let mut next = || tallies.next().unwrap_or_default();
    Ok(Sums { customer_count: next(), customer_worth: next(), rule_count: next(), rule_worth: next() })
}

fn write(unit: &mut Unit, places: &[String; 4], sums: &Sums) -> Result<(), Problem> {
    let tallies = [&sums.customer_count, &sums.customer_worth, &sums.rule_count, &sums.rule_worth];
    places.iter().zip(tallies).try_for_each(|(place, tally)| unit.write(place, tally))
}
