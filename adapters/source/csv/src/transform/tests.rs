#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_ask::Draft;

use super::*;

fn drafts(file: &str) -> Vec<Draft> {
    let drafts = messages(file.as_bytes()).unwrap().into_iter().map(|inbound| match inbound.meaning {
        Meaning::Ask(draft) => draft,
        other => panic!("{other:?}"),
    });
    drafts.collect()
}

/// Where the mistakes of the file are, or of its rows.
fn pointers(file: &str) -> Vec<String> {
    let (rows, whole) = match messages(file.as_bytes()) {
        Ok(rows) => (rows, Vec::new()),
        Err(errors) => (Vec::new(), errors),
    };
    let mistakes = rows.into_iter().enumerate().flat_map(|(index, inbound)| match inbound.meaning {
        Meaning::Unreadable(unread) => {
            let place = |error: FieldError| format!("/rows/{}{}", index + 2, error.pointer);
            unread.errors.into_iter().map(place).collect()
        }
        _ => Vec::new(),
    });
    mistakes.chain(whole.into_iter().map(|error| error.pointer)).collect()
}

#[test]
fn each_row_becomes_an_ask_whichever_delimiter_and_order() {
    for delimiter in [",", ";", "\t"] {
        let file = "\u{feff}Customer|kind|amount|currency|note|reference\r\nCUST-7|goodwill_credit|12.50|EUR|=1+1|R-1\r\nCUST-8|goodwill_credit|7.00|EUR||\r\n||||| \r\n"
            .replace('|', delimiter);
        let read = messages(file.as_bytes()).unwrap();
        assert_eq!(read.iter().map(|inbound| inbound.id.as_str()).collect::<Vec<_>>(), ["R-1", ""]);
        let drafts = drafts(&file);
        assert_eq!((drafts[0].customer.as_deref(), drafts[0].note.as_str()), (Some("CUST-7"), "=1+1"));
        assert_eq!(drafts[0].amount, Some(MoneyText { value: "12.50".into(), currency: "EUR".into() }));
        assert_eq!((drafts[0].reference.as_deref(), drafts[1].reference.as_deref()), (Some("R-1"), None));
    }
}

#[test]
fn a_line_takes_a_quantity_or_an_amount_of_its_own() {
    let drafts = drafts(
        "kind;invoice;line;quantity;amount;currency\nrefund;I;1;0,5;;\nrefund;I;2;;1.000,00;EUR\nrefund;I;;;;\n",
    );
    assert_eq!(drafts[0].lines, [DraftLine { line: "1".into(), quantity: Some("0.5".into()), amount: None }]);
    let amount = MoneyText { value: "1000.00".into(), currency: "EUR".into() };
    assert_eq!(drafts[1].lines, [DraftLine { line: "2".into(), quantity: None, amount: Some(amount) }]);
    assert_eq!((drafts[1].amount.as_ref(), drafts[2].lines.len()), (None, 0));
}

#[test]
fn every_mistake_is_told_by_its_row_and_column_as_a_spreadsheet_counts_them() {
    let head = "kind,invoice,line,quantity,amount,currency,reference\n";
    for (rows, pointer) in [
        ("refund,I,,,\"1,234\",EUR,", "/rows/2/amount"),
        ("refund,I,,,x,EUR,", "/rows/2/amount"),
        ("refund,I,,,,EUR,", "/rows/2/amount"),
        ("refund,I,,2,,,", "/rows/2/line"),
        ("refund,I,1,2,5.00,EUR,", "/rows/2/line"),
        ("refund,I,1,,,,", "/rows/2/line"),
        ("refund,I,1,\"1,234\",,,", "/rows/2/quantity"),
        ("refund,\"I\n1\",,,,,", "/rows/2/invoice"),
        ("refund,I,,,,,,x", "/rows/2"),
        ("refund,I,,,,,\nrefund,\"I,,,,,", "/rows/3"),
    ] {
        assert_eq!(pointers(&format!("{head}{rows}")), [pointer], "{rows}");
    }
    assert_eq!(pointers("kind,colour\nrefund,red\n"), ["/rows/1"]);
    assert_eq!(pointers("kind,Kind\nrefund,refund\n"), ["/rows/1"]);
    assert_eq!(pointers(""), ["/rows/1"]);
    let long = "refund,I,,,,,\n".repeat(limits::ROWS + 1);
    assert_eq!(pointers(&format!("{head}{long}")), ["/rows"]);
}

#[test]
fn a_row_that_is_shorter_than_the_header_has_empty_cells_at_its_end() {
    let drafts = drafts(
        "kind,customer,amount,currency,reason,note\ngoodwill_credit,C,5.00,EUR\ngoodwill_credit,C,6.00,EUR,late\n",
    );
    assert_eq!(drafts.iter().map(|draft| draft.reason.as_str()).collect::<Vec<_>>(), ["", "late"]);
    // What was left out still counts as missing where it must be there.
    assert_eq!(pointers("kind,currency,amount\nrefund,EUR\n"), ["/rows/2/amount"]);
}

#[test]
fn columns_without_a_name_and_without_content_are_passed_over() {
    for file in [
        "kind,customer,amount,currency,reason,,\ngoodwill_credit,C,5.00,EUR,late,,\n",
        "kind,customer,amount,currency,reason\ngoodwill_credit,C,5.00,EUR,late,, \n",
        "kind,,customer,amount,currency,reason\ngoodwill_credit,,C,5.00,EUR,late\n",
    ] {
        let drafts = drafts(file);
        assert_eq!((drafts[0].customer.as_deref(), drafts[0].reason.as_str()), (Some("C"), "late"), "{file}");
    }
    for file in [
        "kind,,customer,amount,currency\ngoodwill_credit,x,C,5.00,EUR\n",
        "kind,customer,amount,currency,,\ngoodwill_credit,C,5.00,EUR,,x\n",
    ] {
        assert_eq!(pointers(file), ["/rows/2"], "{file}");
    }
    assert_eq!(pointers(",,\n"), ["/rows/1"]);
}

#[test]
fn a_first_line_that_says_the_delimiter_is_obeyed_and_not_counted() {
    for (line, delimiter) in [("sep=;", ";"), ("SEP=,", ","), ("\"sep=;\"", ";"), ("sep=\t", "\t"), ("sep=|", "|")] {
        let file = format!("\u{feff}{line}\r\nkind;customer;amount;currency\r\ngoodwill_credit;C;5,00;EUR\r\n");
        let head = ["kind", "customer", "amount", "currency"].join(delimiter);
        let file = file.replace("kind;customer;amount;currency", &head);
        let file = file.replace("goodwill_credit;C;5,00;EUR", &["goodwill_credit", "C", "5.00", "EUR"].join(delimiter));
        assert_eq!(drafts(&file)[0].customer.as_deref(), Some("C"), "{line}");
        assert_eq!(pointers(&file.replace("5.00", "x")), ["/rows/2/amount"], "{line}");
    }
    assert_eq!(pointers("sep=x\nkind;customer\n"), ["/rows/1"]);
}

#[test]
fn a_file_in_another_encoding_is_refused_with_what_to_do() {
    let windows = b"kind,note\nrefund,ok\nrefund,gro\xdf\n";
    let utf16 = b"\xff\xfek\0i\0n\0d\0";
    for (file, line) in [(&windows[..], "line 3"), (&utf16[..], "line 1")] {
        let errors = messages(file).unwrap_err();
        assert!(errors[0].detail.contains("UTF-8") && errors[0].detail.contains(line), "{}", errors[0].detail);
    }
}

#[test]
fn a_mistake_in_one_row_keeps_no_other_from_being_read_and_an_empty_row_is_nothing() {
    let file =
        "kind,customer,amount,currency,reference\ngoodwill_credit,C,x,EUR,R-1\n,,,,\ngoodwill_credit,C,1,EUR,R-2\n";
    let read = messages(file.as_bytes()).unwrap();
    assert!(matches!(&read[0].meaning, Meaning::Unreadable(unread) if unread.errors[0].pointer == "/amount"));
    assert!(matches!(&read[1].meaning, Meaning::Other(_)));
    assert!(matches!(&read[2].meaning, Meaning::Ask(_)));
    assert_eq!(read.iter().map(|inbound| inbound.id.as_str()).collect::<Vec<_>>(), ["R-1", "", "R-2"]);
}

#[test]
fn lines_of_json_are_asks_with_a_name_of_their_own() {
    let file = "{\"kind\":\"goodwill_credit\",\"customer\":\"C\",\"amount\":{\"value\":\"1.00\",\"currency\":\"EUR\"},\"reference\":\"R-1\"}\r\n\
        \n{\"kind\":7}\n{\n";
    let read = lines(file.as_bytes()).unwrap();
    assert!(matches!(&read[0].meaning, Meaning::Ask(draft) if draft.reference.as_deref() == Some("R-1")));
    assert!(matches!(&read[1].meaning, Meaning::Other(_)));
    assert!(matches!(&read[2].meaning, Meaning::Unreadable(unread) if unread.errors[0].pointer == "/kind"));
    assert!(matches!(&read[3].meaning, Meaning::Unreadable(unread) if !unread.errors.is_empty()));
}

#[test]
fn a_column_that_is_passed_over_may_hold_anything() {
    let drafts = drafts("kind,-,customer,-,amount,currency\ngoodwill_credit,x,C,y,5.00,EUR\n");
    assert_eq!(drafts[0].customer.as_deref(), Some("C"));
}
