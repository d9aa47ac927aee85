//! What real systems get wrong when they compute a credit, each by name, with the numbers as they must be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod invoices;

use contraflow_domain::allocation::{
    Allocation, AllocationError, CreditedInvoice, LineSelection, Part, Portion, Selection, allocate, remaining,
};
use contraflow_domain::invoice::Invoice;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::tender::{TenderAvailable, TenderError, TenderRule, split, split_open};
use contraflow_domain::{decimal, invoice::TaxRounding};
use invoices::{Sketch, money};
use rust_decimal::Decimal;

/// An invoice and what was credited of it, with a credit a line.
struct Account {
    invoice: Invoice,
    credited: CreditedInvoice,
}

impl Account {
    fn of(sketch: Sketch) -> Account {
        Account { invoice: sketch.invoice(), credited: CreditedInvoice::default() }
    }

    fn ask(&self, selection: Selection) -> Result<Allocation, AllocationError> {
        allocate(&self.invoice, &self.credited, &selection)
    }

    fn credit(&mut self, selection: Selection) -> Allocation {
        let allocation = self.ask(selection).unwrap();
        self.credited.apply(&self.invoice, &allocation).unwrap();
        allocation
    }

    fn money(&self, value: &str) -> Money {
        Money::parse(value, self.invoice.currency).unwrap()
    }

    fn line(&self, line: &str, portion: Portion) -> Selection {
        Selection::Lines(vec![LineSelection { line: line.into(), portion }])
    }

    fn pieces(&self, quantity: u32) -> Selection {
        let portion = Portion::Quantity(Decimal::from(quantity));
        let of = |id: &String| LineSelection { line: id.clone(), portion };
        Selection::Lines(self.invoice.lines.iter().map(|line| of(&line.id)).collect())
    }

    #[track_caller]
    fn ends_exactly(&self) {
        let sums = self.credited.sums();
        let totals = self.invoice.totals;
        assert_eq!(
            (sums.net_minor, sums.tax_minor, sums.gross_minor),
            (totals.net.minor, totals.tax.minor, totals.gross.minor)
        );
        assert!(remaining(&self.invoice, &self.credited).unwrap().totals.gross.is_zero());
        assert_eq!(self.ask(Selection::Remaining), Err(AllocationError::NothingRemains { line: None }));
    }
}

fn net_tax_gross(allocation: &Allocation) -> [String; 3] {
    let totals = allocation.totals;
    [totals.net.to_string(), totals.tax.to_string(), totals.gross.to_string()]
}

fn tax_and_gross(allocation: &Allocation) -> [String; 2] {
    [allocation.totals.tax.to_string(), allocation.totals.gross.to_string()]
}

fn lines_by_thirds() -> Sketch {
    Sketch::new(Currency::CHF)
        .tax_included()
        .line("3", "10.00", "0.71")
        .line("3", "19.95", "1.43")
        .line("3", "33.33", "2.38")
}

#[test]
fn scenario_1_an_invoice_credited_by_thirds_ends_at_the_invoice() {
    let mut account = Account::of(lines_by_thirds());
    let thirds = [(); 3].map(|()| tax_and_gross(&account.credit(account.pieces(1))));
    assert_eq!(thirds, [["1.51", "21.09"], ["1.50", "21.10"], ["1.51", "21.09"]]);
    assert_eq!(account.invoice.totals.gross.to_string(), "63.28");
    assert_eq!(account.invoice.totals.tax.to_string(), "4.52");
    account.ends_exactly();
}

#[test]
fn scenario_2_every_order_of_the_same_credits_ends_at_the_same_total() {
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
    for order in orders {
        let mut account = Account::of(lines_by_thirds());
        let credits = [
            account.line("1", Portion::Gross(account.money("4.01"))),
            account.line("2", Portion::Quantity(Decimal::ONE)),
            account.line("3", Portion::Net(account.money("7.77"))),
            Selection::Document(account.money("12.34")),
        ];
        for index in order {
            account.credit(credits[index].clone());
        }
        account.credit(Selection::Remaining);
        account.ends_exactly();
    }
}

#[test]
fn scenario_3_rounding_is_the_same_for_both_signs() {
    let round = |text: &str| decimal::round_half_up(decimal::parse(text, 12).unwrap(), 2).to_string();
    assert_eq!([round("12.345"), round("-12.345")], ["12.35", "-12.35"]);
    let minor = |text: &str| decimal::to_minor(decimal::parse(text, 12).unwrap(), Currency::EUR).unwrap().to_string();
    assert_eq!([minor("12.345"), minor("-12.345"), minor("-0.004")], ["12.35", "-12.35", "0.00"]);
    for (a, b, c, expected) in [(5, 1, 2, 3), (-5, 1, 2, -3), (5, 1, -2, -3), (4, 1, 3, 1), (-4, 1, 3, -1)] {
        assert_eq!(decimal::mul_div_round_half_up(a, b, c), Some(expected));
    }
    // A deduction is credited as the item of the same size is, with the sign turned.
    let mut account = Account::of(
        Sketch::new(Currency::EUR).line("3", "50.00", "9.50").line("3", "-10.00", "-1.90").line("3", "10.00", "1.90"),
    );
    let credit = account.credit(account.pieces(1));
    assert_eq!(credit.lines[1].net.minor, -credit.lines[2].net.minor);
    assert_eq!(credit.lines[1].tax.minor, -credit.lines[2].tax.minor);
}

#[test]
fn scenario_4_the_credit_follows_the_rounding_of_the_invoice_and_not_of_today() {
    let lines = |rounding| {
        Sketch::new(Currency::EUR).line("1", "292.13", "43.82").line("1", "66.50", "9.98").rounding(rounding)
    };
    let mut by_line = Account::of(lines(TaxRounding::Line));
    assert_eq!(net_tax_gross(&by_line.credit(Selection::Remaining)), ["358.63", "53.80", "412.43"]);
    by_line.ends_exactly();

    let mut by_document = Account::of(lines(TaxRounding::Document).totals("358.63", "53.79"));
    let credit = by_document.credit(Selection::Remaining);
    assert_eq!(net_tax_gross(&credit), ["358.63", "53.79", "412.42"]);
    assert_eq!(credit.rounding.tax.to_string(), "-0.01");
    by_document.ends_exactly();
}

#[test]
fn scenario_5_ten_small_lines_are_credited_as_their_invoice_rounded_them() {
    let ten = |sketch: Sketch| (0..10).fold(sketch, |sketch, _| sketch.line("1", "0.07", "0.01"));
    let mut by_line = Account::of(ten(Sketch::new(Currency::EUR)));
    assert_eq!(tax_and_gross(&by_line.credit(Selection::Remaining)), ["0.10", "0.80"]);

    let mut by_document =
        Account::of(ten(Sketch::new(Currency::EUR).rounding(TaxRounding::Document)).totals("0.70", "0.13"));
    let mut taxes = Vec::new();
    for line in 1..=10 {
        let credit = by_document.credit(by_document.line(&line.to_string(), Portion::Quantity(Decimal::ONE)));
        taxes.push(credit.totals.tax.minor);
    }
    // 0.13 by tenths: a cent a line, and the three more where their share of the document reaches them.
    assert_eq!(taxes, [1, 2, 1, 1, 2, 1, 1, 1, 2, 1]);
    by_document.ends_exactly();
}

#[test]
fn scenario_6_no_fraction_of_a_minor_unit_is_ever_sent() {
    let mut account = Account::of(Sketch::new(Currency::EUR).tax_included().line("1", "1.00", "0.12"));
    assert_eq!(net_tax_gross(&account.credit(Selection::Remaining)), ["0.88", "0.12", "1.00"]);
    account.ends_exactly();
}

#[test]
fn scenario_7_a_coupon_is_credited_with_the_lines_it_was_taken_off() {
    let mut account = Account::of(
        Sketch::new(Currency::EUR)
            .line("1", "89.99", "18.00")
            .discount("10.00")
            .line("1", "45.01", "9.00")
            .discount("5.00"),
    );
    let first = account.credit(account.line("1", Portion::Quantity(Decimal::ONE)));
    let second = account.credit(account.line("2", Portion::Quantity(Decimal::ONE)));
    assert_eq!([first.totals.gross.to_string(), second.totals.gross.to_string()], ["107.99", "54.01"]);
    assert_eq!([first.lines[0].discount.to_string(), second.lines[0].discount.to_string()], ["10.00", "5.00"]);
    assert_eq!(account.invoice.totals.gross.to_string(), "162.00");
    account.ends_exactly();
}

#[test]
fn scenario_7_the_same_coupon_as_a_deduction_line_comes_with_the_goods_that_it_was_taken_off() {
    let coupon =
        Sketch::new(Currency::EUR).line("1", "99.99", "20.00").line("1", "50.01", "10.00").line("1", "-15.00", "-3.00");
    let mut account = Account::of(coupon);
    let money = |value| money(value, Currency::EUR);
    assert!(matches!(
        account.ask(account.line("3", Portion::Quantity(Decimal::ONE))),
        Err(AllocationError::ComesToNothing { .. } | AllocationError::Deducts { .. })
    ));
    assert!(matches!(
        account.ask(account.line("3", Portion::Gross(money("1.00")))),
        Err(AllocationError::NoAmount { .. })
    ));
    let first = account.credit(account.line("1", Portion::Quantity(Decimal::ONE)));
    let second = account.credit(account.line("2", Portion::Quantity(Decimal::ONE)));
    assert_eq!([first.totals.gross.to_string(), second.totals.gross.to_string()], ["107.99", "54.01"]);
    assert_eq!([first.lines[1].gross.to_string(), second.lines[1].gross.to_string()], ["-12.00", "-6.00"]);
    account.ends_exactly();
}

/// Case a5.
#[test]
fn a_voucher_of_the_whole_document_is_shared_out_over_the_lines_that_are_credited() {
    let lines = || {
        Sketch::new(Currency::EUR).line("1", "150.00", "0.00").line("2", "60.00", "0.00").line("1", "-42.00", "0.00")
    };
    let one = |line: &str| (line.to_owned(), Portion::Quantity(Decimal::ONE));
    let two = |line: &str| (line.to_owned(), Portion::Quantity(Decimal::TWO));
    let euros = |value: &str| Portion::Gross(money(value, Currency::EUR));
    for (steps, expected) in [
        (vec![one("1"), one("2"), one("2")], vec!["120.00", "24.00", "24.00"]),
        (vec![one("2"), one("1"), one("2")], vec!["24.00", "120.00", "24.00"]),
        // What is asked as an amount is met exactly, and what is left of the voucher comes with the goods.
        (
            vec![("1".to_owned(), euros("10.00")), one("1"), one("2"), one("2")],
            vec!["10.00", "110.00", "24.00", "24.00"],
        ),
        (vec![("1".to_owned(), euros("150.00")), one("2"), two("2")], vec!["150.00", "0", "18.00"]),
    ] {
        let mut account = Account::of(lines());
        let mut credited = Vec::new();
        for (line, portion) in steps {
            match account.ask(account.line(&line, portion)) {
                Ok(_) => credited.push(account.credit(account.line(&line, portion)).totals.gross.to_string()),
                Err(AllocationError::ComesToNothing { .. }) => credited.push("0".to_owned()),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(credited, expected);
        account.ends_exactly();
    }
    // Whoever names the voucher says how much of it.
    let mut account = Account::of(lines());
    let both = ["1", "3"].map(|line| LineSelection { line: line.into(), portion: Portion::Quantity(Decimal::ONE) });
    assert_eq!(account.credit(Selection::Lines(both.into())).totals.gross.to_string(), "108.00");
    let (line, both) = two("2");
    assert_eq!(account.credit(account.line(&line, both)).totals.gross.to_string(), "60.00");
    account.ends_exactly();
}

#[test]
fn a_deduction_is_credited_with_lines_that_bear_its_tax() {
    let account = |rates: bool| {
        let sketch = Sketch::new(Currency::EUR)
            .line("1", "100.00", "19.00")
            .line("1", "100.00", "0.00")
            .line("1", "-10.00", "-1.90");
        let mut account = Account::of(sketch);
        for line in account.invoice.lines.iter_mut().filter(|line| rates && !line.tax.is_zero()) {
            line.tax_rate = Decimal::new(19, 2);
        }
        account
    };
    let lines = |ids: &[&str]| {
        let of = |id: &&str| LineSelection { line: (*id).into(), portion: Portion::Quantity(Decimal::ONE) };
        Selection::Lines(ids.iter().map(of).collect())
    };
    let taxed = account(true);
    assert_eq!(net_tax_gross(&taxed.ask(lines(&["1"])).unwrap()), ["90.00", "17.10", "107.10"]);
    assert_eq!(net_tax_gross(&taxed.ask(lines(&["2"])).unwrap()), ["100.00", "0.00", "100.00"]);
    // Where the invoice does not say that the deduction is taxed as the first line is, it can't be told apart.
    let untold = account(false);
    let told = untold.ask(lines(&["1"])).unwrap_err().to_string();
    assert_eq!(told, "tax 17.97 EUR asked, 17.10 left to credit, 0.87 too much");
    assert_eq!(
        untold.ask(lines(&["2", "3"])).unwrap_err().to_string(),
        "the tax of the selection comes to -1.90 EUR: select a deduction together with the lines that it belongs to"
    );
    assert_eq!(net_tax_gross(&untold.ask(lines(&["1", "3"])).unwrap()), ["90.00", "17.10", "107.10"]);
}

#[test]
fn scenario_8_yen_have_no_cents() {
    let mut account = Account::of(Sketch::new(Currency::JPY).tax_included().line("3", "1000", "91"));
    let thirds = [(); 3].map(|()| tax_and_gross(&account.credit(account.pieces(1))));
    assert_eq!(thirds, [["30", "333"], ["31", "334"], ["30", "333"]]);
    account.ends_exactly();
}

#[test]
fn scenario_9_a_correction_of_price_or_of_tax_credits_no_goods() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("4", "100.00", "19.00"));
    let price = account.credit(account.line("1", Portion::Net(account.money("20.00"))));
    assert_eq!(net_tax_gross(&price), ["20.00", "3.80", "23.80"]);
    let tax = account.credit(account.line("1", Portion::Tax(account.money("7.20"))));
    assert_eq!(net_tax_gross(&tax), ["0.00", "7.20", "7.20"]);
    assert_eq!([price.lines[0].quantity, tax.lines[0].quantity], [Decimal::ZERO; 2]);
    // All four can still come back, at what the corrections left of their price and tax.
    let two = account.credit(account.pieces(2));
    assert_eq!(net_tax_gross(&two), ["40.00", "4.00", "44.00"]);
    assert_eq!(net_tax_gross(&account.credit(account.pieces(2))), ["40.00", "4.00", "44.00"]);
    account.ends_exactly();
}

#[test]
fn scenario_9_all_the_tax_of_a_line_can_be_credited_and_no_more() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("1", "100.00", "19.00"));
    account.credit(account.line("1", Portion::Tax(account.money("19.00"))));
    assert_eq!(
        account.ask(account.line("1", Portion::Tax(account.money("0.01")))),
        Err(AllocationError::NothingRemains { line: Some("1".into()) })
    );
    assert_eq!(net_tax_gross(&account.credit(Selection::Remaining)), ["100.00", "0.00", "100.00"]);
    account.ends_exactly();
}

#[test]
fn scenario_11_exactly_what_remains_is_accepted_and_one_minor_unit_more_is_refused() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("1", "84.03", "15.97"));
    account.credit(Selection::Document(account.money("40.00")));
    let money = |value| money(value, Currency::EUR);
    assert_eq!(
        account.ask(Selection::Document(money("60.01"))),
        Err(AllocationError::AmountOverRemaining {
            line: None,
            part: Part::Gross,
            asked: money("60.01"),
            remaining: money("60.00"),
            over: money("0.01"),
        })
    );
    assert_eq!(
        account.ask(account.line("1", Portion::Gross(money("60.01")))).unwrap_err().to_string(),
        "line 1: gross 60.01 EUR asked, 60.00 left to credit, 0.01 too much"
    );
    for nothing in ["0.00", "-5.00"] {
        assert_eq!(
            account.ask(Selection::Document(money(nothing))),
            Err(AllocationError::NotPositive { line: None, asked: nothing.into() })
        );
    }
    account.credit(Selection::Document(money("60.00")));
    account.ends_exactly();
}

#[test]
fn scenario_11_an_omitted_amount_is_what_remains_and_not_what_was_captured() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("1", "84.03", "15.97"));
    account.credit(Selection::Document(account.money("40.00")));
    assert_eq!(account.credit(Selection::Remaining).totals.gross.to_string(), "60.00");
    account.ends_exactly();
}

#[test]
fn scenario_11_more_pieces_than_remain_are_refused_with_the_numbers() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("4", "100.00", "19.00"));
    account.credit(account.pieces(3));
    let asked = account.ask(account.line("1", Portion::Quantity("1.5".parse().unwrap())));
    assert_eq!(asked.unwrap_err().to_string(), "line 1: 1.5 asked, 1 left to credit, 0.5 too many");
    for nothing in [Decimal::ZERO, -Decimal::ONE] {
        assert!(matches!(
            account.ask(account.line("1", Portion::Quantity(nothing))),
            Err(AllocationError::NotPositive { .. })
        ));
    }
}

#[test]
fn refuses_what_is_not_of_this_invoice() {
    let account = Account::of(Sketch::new(Currency::EUR).line("4", "100.00", "19.00"));
    let one = Portion::Quantity(Decimal::ONE);
    assert_eq!(account.ask(account.line("9", one)), Err(AllocationError::LineUnknown { line: "9".into() }));
    assert_eq!(account.ask(Selection::Lines(vec![])), Err(AllocationError::NoLines));
    let line = LineSelection { line: "1".into(), portion: one };
    assert_eq!(
        account.ask(Selection::Lines(vec![line.clone(), line])),
        Err(AllocationError::LineTwice { line: "1".into() })
    );
    assert_eq!(
        account.ask(Selection::Document(money("1.00", Currency::CHF))),
        Err(AllocationError::WrongCurrency { asked: Currency::CHF, invoice: Currency::EUR })
    );
}

#[test]
fn an_allocation_from_an_older_state_is_refused_whole() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("4", "100.00", "19.00"));
    let stale = account.ask(account.pieces(3)).unwrap();
    account.credit(account.pieces(2));
    let before = account.credited.clone();
    assert_eq!(
        account.credited.apply(&account.invoice, &stale),
        Err(AllocationError::DoesNotFit { line: Some("1".into()) })
    );
    assert_eq!(
        account.credited.release(&account.invoice, &stale),
        Err(AllocationError::DoesNotFit { line: Some("1".into()) })
    );
    assert_eq!(account.credited, before);
}

#[test]
fn a_void_gives_back_and_later_credits_still_end_exactly() {
    let mut account = Account::of(lines_by_thirds());
    let first = account.credit(account.pieces(1));
    account.credit(account.pieces(1));
    account.credited.release(&account.invoice, &first).unwrap();
    assert_eq!(tax_and_gross(&account.credit(account.pieces(1))), ["1.51", "21.09"]);
    account.credit(account.pieces(1));
    account.ends_exactly();
}

#[test]
fn a_free_line_comes_back_with_the_others_and_not_alone() {
    let mut account = Account::of(Sketch::new(Currency::EUR).line("2", "10.00", "1.90").line("2", "0.00", "0.00"));
    assert!(matches!(
        account.ask(account.line("2", Portion::Quantity(Decimal::ONE))),
        Err(AllocationError::ComesToNothing { .. })
    ));
    let credit = account.credit(account.pieces(1));
    assert_eq!(credit.lines[1].quantity, Decimal::ONE);
    assert_eq!(account.credit(Selection::Remaining).lines.len(), 2);
    account.ends_exactly();
}

#[test]
fn scenario_22_a_refund_is_split_over_the_tenders_to_the_cent() {
    let tender = |payment: &str, method: &str, available_minor| TenderAvailable {
        payment: payment.into(),
        method: method.into(),
        available_minor,
        step_minor: 1,
    };
    let tenders =
        [tender("gift", "gift_card", 3000), tender("card", "card", 5000), tender("credit", "store_credit", 2000)];
    let parts = |amount, rule: TenderRule| -> Vec<(String, i64)> {
        split(amount, &tenders, &rule).unwrap().into_iter().map(|part| (part.payment, part.amount_minor)).collect()
    };
    let expected = |parts: &[(&str, i64)]| -> Vec<(String, i64)> {
        parts.iter().map(|(payment, minor)| ((*payment).to_owned(), *minor)).collect()
    };
    assert_eq!(parts(3333, TenderRule::Ratio), expected(&[("gift", 1000), ("card", 1666), ("credit", 667)]));
    assert_eq!(parts(4500, TenderRule::FirstIn), expected(&[("gift", 3000), ("card", 1500)]));
    assert_eq!(parts(4500, TenderRule::LastIn), expected(&[("credit", 2000), ("card", 2500)]));
    let card_first = TenderRule::MethodOrder(vec!["card".into(), "store_credit".into()]);
    assert_eq!(parts(7500, card_first), expected(&[("card", 5000), ("credit", 2000), ("gift", 500)]));
    assert_eq!(
        split(10001, &tenders, &TenderRule::Ratio),
        Err(TenderError::OverAvailable { amount_minor: 10001, available_minor: 10000, over_minor: 1 })
    );
}

#[test]
fn a_tender_that_takes_only_round_amounts_leaves_the_rest_to_one_that_takes_any() {
    let tender = |payment: &str, available_minor, step_minor| TenderAvailable {
        payment: payment.into(),
        method: "card".into(),
        available_minor,
        step_minor,
    };
    let parts = |amount, tenders: &[TenderAvailable], rule| {
        split(amount, tenders, &rule).map(|parts| parts.iter().map(|part| part.amount_minor).collect::<Vec<_>>())
    };
    let both = [tender("round", 12_345, 10), tender("any", 5_000, 1)];
    assert_eq!(parts(1_003, &both, TenderRule::FirstIn), Ok(vec![1_000, 3]));
    assert_eq!(parts(12_345, &both, TenderRule::FirstIn), Ok(vec![12_340, 5]));
    assert_eq!(
        parts(1_003, &[tender("round", 12_345, 10), tender("any", 5, 1)], TenderRule::LastIn),
        Ok(vec![3, 1_000])
    );
    assert_eq!(
        parts(1_003, &[tender("round", 12_345, 10), tender("any", 2, 1)], TenderRule::Ratio),
        Err(TenderError::Unround { left_minor: 1, step_minor: 10 })
    );
    assert_eq!(
        parts(1_005, &[tender("round", 2_000, 10)], TenderRule::Ratio),
        Err(TenderError::Unround { left_minor: 5, step_minor: 10 })
    );
}

#[test]
fn what_is_still_owed_is_offset_before_anything_is_paid_back() {
    assert_eq!(split_open(5000, 2000), (2000, 3000));
    assert_eq!(split_open(5000, 9000), (5000, 0));
    assert_eq!(split_open(5000, 0), (0, 5000));
    assert_eq!(split_open(5000, -700), (0, 5000));
}

#[test]
fn scenario_24_tax_is_credited_at_the_rate_of_the_invoice_and_not_of_today() {
    let mut account = Account::of(Sketch::new(Currency::CHF).tax_included().line("1", "107.70", "7.70"));
    assert_eq!(net_tax_gross(&account.credit(Selection::Remaining)), ["100.00", "7.70", "107.70"]);
    account.ends_exactly();
}
