#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

/// Cuts a file that comes in pieces of so many bytes.
fn cut(format: Format, file: &[u8], piece: usize) -> Result<(Vec<u8>, Vec<Cut>), CutError> {
    let mut cutter = Cutter::new(format);
    let mut cuts = Vec::new();
    for piece in file.chunks(piece) {
        cuts.extend(cutter.push(piece)?);
    }
    cuts.extend(cutter.finish()?);
    Ok((cutter.head().to_vec(), cuts))
}

fn csv(file: &str) -> Result<(Vec<u8>, Vec<Cut>), CutError> {
    let whole = cut(Format::Csv, file.as_bytes(), usize::MAX);
    for piece in [1, 2, 7] {
        assert_eq!(cut(Format::Csv, file.as_bytes(), piece), whole, "in pieces of {piece}");
    }
    whole
}

const HEAD: &str = "kind,customer,amount,currency,note\n";

#[test]
fn a_file_is_cut_at_the_ends_of_rows_and_nothing_of_it_is_lost() {
    let row = "goodwill_credit,C,1.00,EUR,\"two\r\nlines, \"\"quoted\"\"\"\r\n";
    let count = IMPORT_PART_ROWS + 5;
    let file = format!("{HEAD}{}goodwill_credit,D,1.00,EUR,ß", row.repeat(usize::try_from(count).unwrap()));
    let (head, cuts) = csv(&file).unwrap();
    assert_eq!(head, HEAD.as_bytes());
    let rows: Vec<_> = cuts.iter().map(|cut| (cut.first_row, cut.rows)).collect();
    assert_eq!(rows, [(2, IMPORT_PART_ROWS), (2 + IMPORT_PART_ROWS, 6)]);
    let body: Vec<u8> = cuts.into_iter().flat_map(|cut| cut.body).collect();
    assert_eq!(String::from_utf8(body).unwrap(), file[HEAD.len()..]);
}

#[test]
fn a_mark_a_said_delimiter_and_old_line_ends_are_understood() {
    for (file, head, first) in [
        ("\u{feff}kind;note\r\nrefund;x\r\n", "kind;note\r\n", "refund;x\r\n"),
        ("sep=;\r\nkind;note\r\nrefund;\"a;\nb\"\r\n", "sep=;\r\nkind;note\r\n", "refund;\"a;\nb\"\r\n"),
        ("kind\tnote\nrefund\t5\" pipe\n", "kind\tnote\n", "refund\t5\" pipe\n"),
        ("kind,note\rrefund,x\rrefund,y", "kind,note\r", "refund,x\rrefund,y"),
        ("kind,note", "kind,note", ""),
    ] {
        let (found, cuts) = csv(file).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), head, "{file:?}");
        let body: Vec<u8> = cuts.into_iter().flat_map(|cut| cut.body).collect();
        assert_eq!(String::from_utf8(body).unwrap(), first, "{file:?}");
    }
}

#[test]
fn lines_of_json_are_cut_as_they_are() {
    let (head, cuts) = cut(Format::Ndjson, b"{\"a\": \"\\\"\"}\n\n{}", 3).unwrap();
    assert!(head.is_empty());
    assert_eq!(cuts, [Cut { body: b"{\"a\": \"\\\"\"}\n\n{}".to_vec(), first_row: 1, rows: 3 }]);
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_line_and_column() {
    let told = |file: &[u8]| {
        let error = cut(Format::Csv, file, usize::MAX).unwrap_err();
        (error.row, error.detail)
    };
    let (row, detail) = told(format!("{HEAD}a,b,c,d,\"x\ny\"\na,\"b,c\n").as_bytes());
    assert_eq!(row, Some(3));
    assert!(detail.contains("line 4, column 2") && detail.contains("none closes it"), "{detail}");
    let (row, detail) = told(format!("{HEAD}a,\"b\"c\n").as_bytes());
    assert_eq!((row, detail.starts_with("line 2, column 2:")), (Some(2), true), "{detail}");
    let (row, detail) = told(b"kind,note\nrefund,ok\nrefund,gro\xdf\n");
    assert!(row == Some(3) && detail.contains("line 3") && detail.contains("UTF-8"), "{detail}");
    for utf16 in [&b"\xff\xfek\0i\0n\0d\0\n\0"[..], b"\xfe\xff\0k\0i\0\n", b"k\0i\0n\0d\0\n\0"] {
        let (row, detail) = told(utf16);
        assert!(row.is_none() && detail.contains("UTF-16"), "{detail}");
    }
}

#[test]
fn a_file_at_its_bounds_is_taken_and_one_beyond_is_refused_at_its_row() {
    let row = "goodwill_credit,C,1.00,EUR,\n";
    let file = |rows: usize| format!("{HEAD}{}", row.repeat(rows));
    let most = IMPORT_ROWS;
    let (_, cuts) = cut(Format::Csv, file(most).as_bytes(), 65_536).unwrap();
    assert_eq!(cuts.iter().map(|cut| usize::try_from(cut.rows).unwrap()).sum::<usize>(), most);
    // Rows that a spreadsheet has emptied ask for nothing.
    let emptied = format!("{}{}", file(most), ",,,,\r\n".repeat(100));
    assert!(cut(Format::Csv, emptied.as_bytes(), 65_536).is_ok());
    let error = cut(Format::Csv, file(most + 1).as_bytes(), 65_536).unwrap_err();
    assert_eq!((error.row, error.is_too_much), (Some(u32::try_from(most + 2).unwrap()), true));
    let long = |bytes: usize| format!("{HEAD}a,b,c,d,{}\n", "x".repeat(bytes - 9));
    assert!(cut(Format::Csv, long(IMPORT_ROW_BYTES).as_bytes(), 65_536).is_ok());
    let error = cut(Format::Csv, long(IMPORT_ROW_BYTES + 1).as_bytes(), 65_536).unwrap_err();
    assert_eq!((error.row, error.is_too_much), (Some(2), true));
    // A mark that never closes does not take the rest of a large file for one cell.
    let swallowed = format!("{HEAD}a,b,c,d,\"x\n{}", row.repeat(9_000));
    let error = cut(Format::Csv, swallowed.as_bytes(), 65_536).unwrap_err();
    assert!(error.row == Some(2) && error.detail.contains("line 2, column 5"), "{}", error.detail);
    let head = "x".repeat(IMPORT_HEAD_BYTES + 1);
    assert_eq!(cut(Format::Csv, head.as_bytes(), 65_536).unwrap_err().row, Some(1));
}

#[test]
fn columns_with_other_names_are_taken_for_ours() {
    let names = [("rechnung", "invoice"), ("text; lang", "-")].map(|(theirs, ours)| (theirs.into(), ours.into()));
    for (file, head) in [
        ("kind;Rechnung;\"Text; lang\"\r\nrefund;I;x\r\n", "\"kind\";invoice;-\n"),
        ("sep=;\nRechnung;kind\nI;refund\n", "sep=;\ninvoice;\"kind\"\n"),
    ] {
        let mut cutter = Cutter::new(Format::Csv).with_names(names.clone().into());
        cutter.push(file.as_bytes()).unwrap();
        assert_eq!(cutter.finish().unwrap()[0].rows, 1);
        assert_eq!(String::from_utf8_lossy(cutter.head()), head);
    }
}
