//! Reads forms with a file, as a browser sends them (RFC 7578).

use contraflow_guest::problem::Problem;

/// Returns the boundary between the parts, where a content type is that of a form with files.
pub fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = named.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    Some(value.trim_matches('\u{22}')).filter(|boundary| !boundary.is_empty() && boundary.len() <= 70)
}

/// Returns the name of the field that holds a file's name.
pub fn file_name(field: &str) -> String {
    format!("{field}:name")
}

/// A file of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent<'a> {
    /// The media type that the browser gives it; empty where it gives none.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A part of a form: the head that says what it is, and what is in it.
struct Part<'a> {
    head: &'a str,
    content: &'a [u8],
}

/// Returns the file of that field, whatever is in it; `None` where the form has none.
///
/// # Errors
/// When it is no such form.
pub fn file<'a>(body: &'a [u8], boundary: &str, field: &str) -> Result<Option<Sent<'a>>, Problem> {
    let parts = parts(body, boundary)?;
    let is_it = |part: &&Part<'_>| {
        parameter(part.head, "name").as_deref() == Some(field) && parameter(part.head, "filename").is_some()
    };
    Ok(parts.iter().find(is_it).map(|part| Sent { media_type: media_type(part.head), bytes: part.content }))
}

fn media_type(head: &str) -> &str {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.eq_ignore_ascii_case("content-type")).map_or("", |(_, kind)| kind.trim())
}

/// Returns the name of the field that says that a file is no text.
pub fn is_bytes(field: &str) -> String {
    format!("{field}:bytes")
}

/// Reads the parts as fields with their values. The text of a file is its field's value, and its name that of another
/// field; a third one says that a file is no text, whose value is then empty.
///
/// # Errors
/// When it is no such form.
pub fn read(body: &[u8], boundary: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut fields = Vec::new();
    for Part { head, content } in parts(body, boundary)? {
        let Some(name) = parameter(head, "name") else { continue };
        if let Some(file) = parameter(head, "filename") {
            fields.push((file_name(&name), file));
        }
        let text = std::str::from_utf8(content).ok();
        if text.is_none() {
            fields.push((is_bytes(&name), "yes".into()));
        }
        fields.push((name, text.unwrap_or_default().to_owned()));
    }
    Ok(fields)
}

fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, Problem> {
    let broken = || {
        Problem::new(http::StatusCode::BAD_REQUEST, "malformed-body", "The form did not arrive whole. Send it again.")
    };
    let delimiter = format!("--{boundary}");
    let mut rest = body.strip_prefix(delimiter.as_bytes()).ok_or_else(broken)?;
    let between = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let end = find(part, between.as_bytes()).ok_or_else(broken)?;
        let (this, after) = part.split_at(end);
        rest = after.get(between.len()..).ok_or_else(broken)?;
        let head_end = find(this, b"\r\n\r\n").ok_or_else(broken)?;
        let head = std::str::from_utf8(this.get(..head_end).unwrap_or_default()).map_err(|_| broken())?;
        parts.push(Part { head, content: this.get(head_end + 4..).unwrap_or_default() });
    }
    Ok(parts)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Returns a parameter of the header that says which field a part is. A browser writes a quotation mark and line breaks
/// in it with percent signs.
fn parameter(head: &str, wanted: &str) -> Option<String> {
    let line = head
        .split("\r\n")
        .find(|line| line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:")))?;
    let (_, after) = line.split_once(&format!("; {wanted}=\u{22}"))?;
    let (value, _) = after.split_once('\u{22}')?;
    Some(value.replace("%22", "\u{22}").replace("%0D", "\r").replace("%0A", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(parts: &[&str]) -> Vec<u8> {
        let mut body = String::new();
        for part in parts {
            body += &format!("--XyZ\r\n{part}\r\n");
        }
        (body + "--XyZ--\r\n").into_bytes()
    }

    #[test]
    fn a_file_and_the_fields_beside_it_are_read_as_they_are() {
        let file = "Content-Disposition: form-data; name='file'; filename='a b.csv'\r\nContent-Type: text/csv\r\n\r\nkind;amount\r\nrefund;1,50\r\n--X\r\n";
        let field = "Content-Disposition: form-data; name='act'\r\n\r\ncheck";
        let read = read(&form(&[&file.replace('\u{27}', "\u{22}"), &field.replace('\u{27}', "\u{22}")]), "XyZ")
            .expect("a form");
        let get = |name: &str| read.iter().find(|(field, _)| field == name).map(|(_, value)| value.trim());
        assert_eq!(get("file"), Some("kind;amount\r\nrefund;1,50\r\n--X"));
        assert_eq!((get("file:name"), get("act")), (Some("a b.csv"), Some("check")));
    }

    #[test]
    fn a_file_is_taken_byte_by_byte_whatever_is_in_it() {
        let file = "Content-Disposition: form-data; name=\u{22}file\u{22}; filename=\u{22}a.png\u{22}\r\nContent-Type: image/png\r\n\r\n\u{1}\r\n--Xy";
        let mut body = form(&["Content-Disposition: form-data; name=\u{22}a\u{22}\r\n\r\nb", file]);
        let place = body.iter().position(|byte| *byte == 1).expect("there");
        body[place] = 0x89;
        let sent = file_of(&body);
        assert_eq!(sent.map(|sent| (sent.media_type, sent.bytes)), Some(("image/png", b"\x89\r\n--Xy".as_slice())));
        assert_eq!(super::file(&body, "XyZ", "a"), Ok(None), "a field is no file");
        let read = read(&body, "XyZ").expect("a form");
        assert!(
            read.contains(&("file:bytes".into(), "yes".into())) && read.contains(&("file:name".into(), "a.png".into()))
        );
    }

    fn file_of(body: &[u8]) -> Option<Sent<'_>> {
        super::file(body, "XyZ", "file").ok().flatten()
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = form(&["Content-Disposition: form-data; name=\u{22}a\u{22}\r\n\r\nb"]);
        assert!(read(&whole, "XyZ").is_ok());
        for end in [0, 5, 20, whole.len() - 8] {
            assert_eq!(read(&whole[..end], "XyZ").expect_err("not whole").status, 400, "{end}");
        }
    }

    #[test]
    fn the_boundary_is_found_however_it_is_written() {
        assert_eq!(
            boundary("multipart/form-data; boundary=----WebKitFormBoundaryAbC"),
            Some("----WebKitFormBoundaryAbC")
        );
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; boundary=\u{22}x y\u{22}"), Some("x y"));
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
    }
}
