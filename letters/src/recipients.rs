//! Whom a piece of news goes to: people by their part in the request, with their addresses and languages.

use std::collections::BTreeMap;

use contraflow_domain::access::PersonRecord;
use contraflow_domain::approval::Seen;
use contraflow_domain::authority::{self, Effect, Role};
use contraflow_domain::catalogue::Owner;
use contraflow_domain::identity::Identity;
use contraflow_domain::policy::{Policy, Told, is_address};
use contraflow_domain::preferences::Preferences;
use contraflow_domain::request::Request;
use contraflow_domain::request::message::Message;
use contraflow_domain::request::message::letter::{Audience, Recipient};
use contraflow_domain::request::parts::Involving as _;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::words;
use contraflow_domain::zone::Zone;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{keys, limits, store};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::office::Office;

/// Lists the countries whose customers read another language than English, as far as letters are shipped in it: for
/// customers of whom the ERP names no language.
const COUNTRIES: [(&str, &str); 4] = [("DE", "de"), ("AT", "de"), ("CH", "de"), ("LI", "de")];

/// Somebody whom a letter goes to.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// How they are addressed.
    pub recipient: Recipient,
    /// Who they are, where they are a person of the business.
    pub person: Option<Identity>,
    /// How they want letters.
    pub preferences: Preferences,
    /// The time zone of their record.
    pub zone: Option<Zone>,
}

/// Holds the people of the business, once they were asked for.
#[derive(Default)]
pub struct Directory {
    people: Option<BTreeMap<String, Known>>,
}

/// Holds what is known of a person.
struct Known {
    record: PersonRecord,
    seen: Option<Seen>,
}

impl Known {
    /// Returns the ranks at which they decide, by the roles of their record and of their last token.
    fn ranks<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = usize> + 'a {
        let of_record = authority::held_for(Effect::Decide, &self.record.roles);
        let of_token = self.seen.iter().flat_map(|seen| authority::held_for(Effect::Decide, &seen.roles));
        of_record.chain(of_token).filter_map(|held| policy.rank(held.level))
    }

    fn has(&self, role: Role) -> bool {
        let roles = self.record.roles.iter().chain(self.seen.iter().flat_map(|seen| &seen.roles));
        roles.into_iter().any(|written| written == role.name())
    }
}

impl Directory {
    /// Returns the people of the business who have not left, by their names. At most so many are looked at as are kept
    /// in mind for such questions elsewhere.
    async fn people(&mut self) -> Result<&BTreeMap<String, Known>, Problem> {
        if self.people.is_none() {
            let records: Vec<PersonRecord> = scan(keys::PEOPLE).await?;
            let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
            for one in scan::<Seen>(&keys::seen_prefix()).await? {
                seen.insert(Identity::read(&one.name).key(), one);
            }
            let here = records.into_iter().filter(|record| record.left.is_none());
            let people = here.map(|record| {
                let key = Identity::read(&record.name).key();
                let seen = seen.remove(&key);
                (key, Known { record, seen })
            });
            self.people = Some(people.collect());
        }
        Ok(self.people.get_or_insert_default())
    }
}

/// Reads a whole range of few entries; what can't be read is passed over, and the doctor tells of it.
async fn scan<T: DeserializeOwned>(prefix: &str) -> Result<Vec<T>, Problem> {
    let page = store::scan(prefix.to_owned(), store::end_of(prefix), limits::PEOPLE).await?;
    Ok(page.entries.iter().filter_map(|entry| serde_json::from_slice(&entry.value).ok()).collect())
}

/// Returns who a rule tells of a message.
///
/// # Errors
/// When the store does not answer.
pub async fn told(
    unit: &mut Unit,
    directory: &mut Directory,
    (request, message): (&Request, &Message),
    told: &Told,
    office: &Office,
) -> Result<Vec<Somebody>, Problem> {
    let policy = &office.policy;
    let audience = match told {
        Told::Address(address) => return Ok(vec![stranger(Audience::Address, address, address, office.language())]),
        Told::Part(audience) => *audience,
    };
    let names: Vec<Identity> = match audience {
        Audience::Customer => return Ok(customer(request, office).into_iter().collect()),
        // A ticket is written on by the helpdesk's own step, and an address is no part.
        Audience::Ticket | Audience::Address => return Ok(Vec::new()),
        Audience::Requester => {
            let asker = request.asker();
            let resolved = policy.people.resolve(&asker);
            let known = directory.people().await?.get(&resolved.key());
            if known.and_then(|known| address(&known.record)).is_none() {
                let own = asker.key();
                let own = is_address(&own).then(|| stranger(audience, &own, &own, office.language()));
                return Ok(own.into_iter().collect());
            }
            vec![resolved]
        }
        Audience::Finance => {
            let people = directory.people().await?.iter();
            people.filter(|(_, known)| known.has(Role::Finance)).map(|(name, _)| Identity::read(name)).collect()
        }
        Audience::Deciders => deciders(directory.people().await?, request, message, policy),
    };
    let mut found = Vec::new();
    for who in names {
        let Some(known) = directory.people().await?.get(&who.key()) else { continue };
        let preferences = unit.look_at(&keys::preferences(&who)).await?.unwrap_or_default();
        found.extend(somebody(audience, &known.record, preferences, office));
    }
    Ok(found)
}

/// Returns a person of the business as a letter's reader; `None` where they left, or have no address.
///
/// # Errors
/// When the store does not answer.
pub async fn person(unit: &mut Unit, who: &Identity, office: &Office) -> Result<Option<Somebody>, Problem> {
    let record: Option<PersonRecord> = unit.look_at(&keys::person(who)).await?;
    let Some(record) = record.filter(|record| record.left.is_none()) else { return Ok(None) };
    let preferences = unit.look_at(&keys::preferences(who)).await?.unwrap_or_default();
    Ok(somebody(Audience::Deciders, &record, preferences, office))
}

fn somebody(audience: Audience, record: &PersonRecord, preferences: Preferences, office: &Office) -> Option<Somebody> {
    let address = address(record)?.to_owned();
    let name = record.full_name.clone().unwrap_or_else(|| record.name.clone());
    let language = preferences.language.clone().or_else(|| record.locale.clone());
    let language = language.unwrap_or_else(|| office.language().to_owned());
    let zone = record.time_zone.as_deref().and_then(|zone| zone.parse().ok());
    let recipient = Recipient { audience, address, name, language };
    Some(Somebody { recipient, person: Some(Identity::read(&record.name)), preferences, zone })
}

/// Returns the address that somebody's letters go to: the first of their record, or their name, where it is one.
fn address(record: &PersonRecord) -> Option<&str> {
    let own = record.addresses.iter().map(String::as_str).find(|address| is_address(address));
    own.or(Some(record.name.as_str()).filter(|name| is_address(name)))
}

fn stranger(audience: Audience, address: &str, name: &str, language: &str) -> Somebody {
    let recipient = Recipient { audience, address: address.into(), name: name.into(), language: language.into() };
    Somebody { recipient, person: None, preferences: Preferences::default(), zone: None }
}

fn customer(request: &Request, office: &Office) -> Option<Somebody> {
    let customer = &request.packet.as_ref()?.invoice.as_ref()?.customer;
    let of_country =
        || COUNTRIES.iter().find(|(country, _)| *country == customer.country).map(|(_, language)| *language);
    let known = Some(customer.language.as_str()).filter(|language| !language.is_empty());
    let language = known.or_else(of_country).unwrap_or_else(|| office.language());
    is_address(&customer.email).then(|| stranger(Audience::Customer, &customer.email, &customer.name, language))
}

/// Returns the people who are waited for: those whom a reminder names, or who may decide now.
fn deciders(people: &BTreeMap<String, Known>, request: &Request, message: &Message, policy: &Policy) -> Vec<Identity> {
    let named = message.data.get("waits_for").and_then(|waits| waits.get("to")).and_then(Value::as_array);
    let slots: Vec<String> = match named {
        Some(named) => named.iter().filter_map(|slot| slot.as_str().map(str::to_owned)).collect(),
        None => request.approvals.open(&request.content_hash).into_iter().map(str::to_owned).collect(),
    };
    let mut found: Vec<Identity> = Vec::new();
    for who in slots.iter().flat_map(|slot| of_slot(people, slot, request, policy)) {
        if !found.contains(&who) {
            found.push(who);
        }
    }
    found
}

/// Returns the people of one of those who are waited for: a level, a person, a role that sees to tasks, or whoever
/// asked. Of a level they are those who hold it; where nobody does, those above. Nobody is asked to decide who could
/// not, because of a part that they had.
fn of_slot(people: &BTreeMap<String, Known>, slot: &str, request: &Request, policy: &Policy) -> Vec<Identity> {
    let may_decide = |who: &Identity| authority::apart(Effect::Decide, request, who).is_ok();
    let all = |fits: &dyn Fn(&Known) -> bool| -> Vec<Identity> {
        people.iter().filter(|(_, known)| fits(known)).map(|(name, _)| Identity::read(name)).collect()
    };
    let read = Slot::read(slot);
    let mut found = match (read.person(), policy.rank(read.level())) {
        (Some(person), _) => vec![person],
        (None, Some(rank)) => {
            let mut holders = all(&|known| known.ranks(policy).max() == Some(rank));
            holders.retain(may_decide);
            if holders.is_empty() { all(&|known| known.ranks(policy).any(|held| held > rank)) } else { holders }
        }
        (None, None) => {
            return match Owner::ALL.iter().find(|owner| words::same(owner.name(), slot)) {
                Some(Owner::Finance) => all(&|known| known.has(Role::Finance)),
                Some(Owner::Admin) => all(&|known| known.has(Role::Admin)),
                None => vec![policy.people.resolve(&Identity::read(slot))],
            };
        }
    };
    found.retain(may_decide);
    found
}

/// Returns somebody as the reader of letters; `None` where they have no address, or left.
///
/// # Errors
/// When the store does not answer.
pub async fn reader_of(unit: &mut Unit, who: &Identity, office: &Office) -> Result<Option<Recipient>, Problem> {
    Ok(person(unit, who, office).await?.map(|somebody| somebody.recipient))
}
