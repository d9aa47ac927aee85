#![allow(clippy::unwrap_used)]
use super::*;

fn eur(value: &str) -> Money {
    Money::parse(value, "EUR".parse().unwrap()).unwrap()
}

fn rule_for(kind: Kind, value: &str) -> String {
    Policy::parse(DEFAULT).unwrap().rule(kind, eur(value)).unwrap().name.clone()
}

#[test]
fn the_default_policy_draws_its_lines_to_the_cent() {
    assert_eq!(rule_for(Kind::GoodwillCredit, "50.00"), "small-goodwill");
    assert_eq!(rule_for(Kind::GoodwillCredit, "50.01"), "small");
    assert_eq!(rule_for(Kind::Refund, "50.00"), "small");
    assert_eq!(rule_for(Kind::Refund, "500.00"), "small");
    assert_eq!(rule_for(Kind::Refund, "500.01"), "medium");
    assert_eq!(rule_for(Kind::Refund, "5000.00"), "medium");
    assert_eq!(rule_for(Kind::Refund, "5000.01"), "large");
}

#[test]
fn a_policy_without_a_last_rule_is_refused() {
    let text = DEFAULT.replace("levels = [\"manager\", \"finance\"]", "levels = []");
    assert!(Policy::parse(&text).unwrap_err().to_string().contains("takes what all others leave"));
}

#[test]
fn the_business_has_a_time_zone_and_a_misspelt_one_is_refused_with_its_place() {
    assert_eq!(Policy::parse(DEFAULT).unwrap().business.time_zone, Zone::UTC);
    let berlin = DEFAULT.replace("time_zone = \"UTC\"", "time_zone = \"Europe/Berlin\"");
    assert_eq!(Policy::parse(&berlin).unwrap().business.time_zone.to_string(), "Europe/Berlin");
    let error = Policy::parse(&berlin.replace("Europe/Berlin", "Berlin")).unwrap_err().to_string();
    assert!(error.contains("line 6") && error.contains("`Berlin` is no time zone"), "{error}");
}

#[test]
fn a_misspelt_member_is_refused() {
    assert!(Policy::parse(&DEFAULT.replace("refund_days", "refund_dayz")).is_err());
}

#[test]
fn a_level_is_the_same_however_it_is_written() {
    let text = DEFAULT.replace("levels = [\"manager\"]", "levels = [\" Manager\"]");
    let policy = Policy::parse(&text.replace("exceptions = \"team-lead\"", "exceptions = \"Team-Lead\"")).unwrap();
    assert_eq!(policy.rule(Kind::Refund, eur("700.00")).unwrap().deciders().required, ["manager"]);
    assert_eq!((policy.levels.exceptions.as_str(), policy.rank("MANAGER")), ("team-lead", Some(1)));
    let twice = DEFAULT.replace("order = [\"team-lead\"", "order = [\"Manager\", \"team-lead\"");
    assert!(Policy::parse(&twice).unwrap_err().to_string().contains("`manager` twice"));
}

#[test]
fn store_credit_lasts_for_good_unless_its_kind_has_an_end() {
    assert_eq!(Policy::parse(DEFAULT).unwrap().store_credit.expires_after_days.len(), 0);
    let with = |days: &str| {
        DEFAULT.replace("[store_credit.expires_after_days]", &format!("[store_credit.expires_after_days]\n{days}"))
    };
    let policy = Policy::parse(&with("goodwill_credit = 365")).unwrap();
    assert_eq!(policy.store_credit.expires_after_days.get(&Kind::GoodwillCredit), Some(&365));
    assert_eq!(policy.store_credit.expires_after_days.get(&Kind::Refund), None);
    for wrong in ["goodwill_credit = 0", "goodwill = 365"] {
        assert!(Policy::parse(&with(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn a_currency_without_a_factor_needs_the_highest_rule() {
    let dinar = |value| Money::parse(value, "BHD".parse().unwrap()).unwrap();
    let passes = DEFAULT.replace("up_to = \"50.00\"\n", "");
    for text in [DEFAULT, &passes] {
        let policy = Policy::parse(text).unwrap();
        for value in ["0.001", "50.000", "1000000.000"] {
            assert_eq!(policy.rule(Kind::GoodwillCredit, dinar(value)).unwrap().name, "large", "{value}");
        }
    }
    let known = Policy::parse(&DEFAULT.replace("[factors]", "[factors]\nBHD = \"0.4\"")).unwrap();
    assert_eq!(known.rule(Kind::GoodwillCredit, dinar("20.000")).unwrap().name, "small-goodwill");
    assert_eq!(known.rule(Kind::GoodwillCredit, dinar("20.001")).unwrap().name, "small");
    let told = Policy::parse(&DEFAULT.replace("[factors]", "[factors]\neuro = \"1\"")).unwrap_err().to_string();
    assert!(told.contains("euro is no currency"), "{told}");
}

#[test]
fn bounds_follow_the_worth_of_the_currency() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let yen = Money::parse("7500", "JPY".parse().unwrap()).unwrap();
    assert_eq!(policy.rule(Kind::GoodwillCredit, yen).unwrap().name, "small-goodwill");
}
