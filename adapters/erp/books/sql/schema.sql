-- The embedded books: invoices, credit documents, settlements and the journal that follows from them.
-- Every statement may run again, and two runs may overlap; the view at the end says that all of them are done.

-- Entries stay as they are for ever; the sequence has no gaps, for it is one above the last and nothing is taken out.
CREATE TABLE IF NOT EXISTS books_journal (
  sequence INTEGER PRIMARY KEY,
  booked_on TEXT NOT NULL,
  narration TEXT NOT NULL,
  -- The number of the invoice or document.
  document TEXT NOT NULL,
  -- [[account, minor units (debit positive), currency, and where it has one its worth as [minor units, currency]], …]
  legs TEXT NOT NULL
);

CREATE TRIGGER IF NOT EXISTS books_journal_balances BEFORE INSERT ON books_journal
BEGIN
  SELECT RAISE(ABORT, 'books: a journal entry does not balance')
  WHERE json_array_length(NEW.legs) < 2 OR EXISTS (
    SELECT 1 FROM json_each(NEW.legs)
    GROUP BY COALESCE(value ->> '$[3][1]', value ->> 2) HAVING sum(COALESCE(value ->> '$[3][0]', value ->> 1)) <> 0
  );
END;

CREATE TRIGGER IF NOT EXISTS books_journal_is_not_changed BEFORE UPDATE ON books_journal
BEGIN
  SELECT RAISE(ABORT, 'books: the journal is never changed');
END;

CREATE TRIGGER IF NOT EXISTS books_journal_is_not_cut BEFORE DELETE ON books_journal
BEGIN
  SELECT RAISE(ABORT, 'books: the journal is never cut');
END;

CREATE TABLE IF NOT EXISTS books_invoice (
  number TEXT PRIMARY KEY,
  -- The import that brought it.
  import INTEGER NOT NULL,
  customer TEXT NOT NULL,
  currency TEXT NOT NULL,
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  gross_minor INTEGER NOT NULL,
  -- The invoice as JSON.
  content TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS books_invoice_import ON books_invoice (import);

CREATE INDEX IF NOT EXISTS books_invoice_customer ON books_invoice (customer);

-- An id in another case, or with other spaces and hyphens, is a likely mistake.
CREATE INDEX IF NOT EXISTS books_invoice_alike
ON books_invoice (replace(replace(replace(lower(customer), ' ', ''), '_', ''), '-', ''), customer);

-- The look-up of a customer selects from it, so that books of before have the indexes.
CREATE VIEW IF NOT EXISTS books_customers_1 AS SELECT 1 AS ready;

CREATE TABLE IF NOT EXISTS books_payment (
  id TEXT PRIMARY KEY,
  invoice TEXT NOT NULL,
  -- Where its money lies.
  account TEXT NOT NULL
) WITHOUT ROWID;

-- An import is one row put in here: its triggers check it, take it in, and take the row out again.
CREATE TABLE IF NOT EXISTS books_import (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- [{number, customer, currency, net, tax, gross, content, payments: [[id, account], …],
  --   entries: [[booked on, narration, legs], …]}, …]
  invoices TEXT NOT NULL
);

-- One that is there with other content, or one with a payment of another invoice, and nothing is taken in.
CREATE TRIGGER IF NOT EXISTS books_import_check BEFORE INSERT ON books_import
BEGIN
  SELECT RAISE(IGNORE) WHERE EXISTS (
    SELECT 1 FROM json_each(NEW.invoices) AS given
    CROSS JOIN books_invoice AS found ON found.number = given.value ->> 'number'
    WHERE found.content <> given.value ->> 'content'
  ) OR EXISTS (
    SELECT 1 FROM json_each(NEW.invoices) AS given, json_each(given.value, '$.payments') AS payment
    CROSS JOIN books_payment AS found ON found.id = payment.value ->> 0
    WHERE found.invoice <> given.value ->> 'number'
  );
END;

CREATE TRIGGER IF NOT EXISTS books_import_apply AFTER INSERT ON books_import
BEGIN
  INSERT INTO books_invoice (number, import, customer, currency, net_minor, tax_minor, gross_minor, content)
    SELECT value ->> 'number', NEW.id, value ->> 'customer', value ->> 'currency',
      value ->> 'net', value ->> 'tax', value ->> 'gross', value ->> 'content'
    FROM json_each(NEW.invoices) WHERE true
    ON CONFLICT (number) DO NOTHING;
  INSERT INTO books_payment (id, invoice, account)
    SELECT payment.value ->> 0, made.number, payment.value ->> 1
    FROM json_each(NEW.invoices) AS given
    CROSS JOIN books_invoice AS made ON made.number = given.value ->> 'number' AND made.import = NEW.id
    CROSS JOIN json_each(given.value, '$.payments') AS payment;
  INSERT INTO books_journal (booked_on, narration, document, legs)
    SELECT entry.value ->> 0, entry.value ->> 1, made.number, entry.value -> 2
    FROM json_each(NEW.invoices) AS given
    CROSS JOIN books_invoice AS made ON made.number = given.value ->> 'number' AND made.import = NEW.id
    CROSS JOIN json_each(given.value, '$.entries') AS entry
    ORDER BY given.key, entry.key;
  DELETE FROM books_import WHERE id = NEW.id;
END;

CREATE INDEX IF NOT EXISTS books_payment_invoice ON books_payment (invoice);

-- Payments that came after their invoice; those that came with it stand in its content.
CREATE TABLE IF NOT EXISTS books_later_payment (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  invoice TEXT NOT NULL,
  -- The payment as JSON.
  content TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS books_later_payment_invoice ON books_later_payment (invoice, sequence);

-- Payments of one invoice are one row put in here: its triggers check it, take it in, and take the row out again.
CREATE TABLE IF NOT EXISTS books_receipt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  invoice TEXT NOT NULL,
  -- [{id, account, content, entry: [booked on, narration, legs], or null where nothing is booked}, …]
  payments TEXT NOT NULL,
  -- How many payments an invoice has at most.
  most INTEGER NOT NULL
);

-- An invoice that is not there, an id that is, or more than there is room for, and nothing is taken in.
CREATE TRIGGER IF NOT EXISTS books_receipt_check BEFORE INSERT ON books_receipt
BEGIN
  SELECT RAISE(IGNORE) WHERE NOT EXISTS (SELECT 1 FROM books_invoice WHERE number = NEW.invoice)
    OR EXISTS (
      SELECT 1 FROM json_each(NEW.payments) AS given
      CROSS JOIN books_payment AS found ON found.id = given.value ->> 'id'
    )
    OR (SELECT count(*) FROM books_payment WHERE invoice = NEW.invoice) + json_array_length(NEW.payments) > NEW.most;
END;

CREATE TRIGGER IF NOT EXISTS books_receipt_apply AFTER INSERT ON books_receipt
BEGIN
  INSERT INTO books_later_payment (id, invoice, content)
    SELECT value ->> 'id', NEW.invoice, value ->> 'content' FROM json_each(NEW.payments) ORDER BY key;
  INSERT INTO books_payment (id, invoice, account)
    SELECT value ->> 'id', NEW.invoice, value ->> 'account' FROM json_each(NEW.payments);
  INSERT INTO books_journal (booked_on, narration, document, legs)
    SELECT value ->> '$.entry[0]', value ->> '$.entry[1]', NEW.invoice, value -> '$.entry[2]'
    FROM json_each(NEW.payments) WHERE value ->> '$.entry' IS NOT NULL ORDER BY key;
  DELETE FROM books_receipt WHERE id = NEW.id;
END;

CREATE TABLE IF NOT EXISTS books_document (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  -- The order as JSON: what the same key must come with again.
  input TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('credit', 'debit')),
  status TEXT NOT NULL CHECK (status IN ('draft', 'posted', 'voided')),
  -- Counted for each direction, on posting only.
  serial INTEGER CHECK (serial IS NOT NULL OR status <> 'posted'),
  number TEXT AS (
    CASE WHEN serial IS NOT NULL THEN printf(CASE direction WHEN 'credit' THEN 'CM-%06d' ELSE 'DM-%06d' END, serial) END
  ) VIRTUAL,
  invoice TEXT,
  customer TEXT NOT NULL,
  currency TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  gross_minor INTEGER NOT NULL,
  -- As a journal entry has them; none for a payout, whose settlement moves the money.
  legs TEXT NOT NULL,
  void_key TEXT UNIQUE,
  voided_on TEXT,
  UNIQUE (direction, serial)
);

CREATE INDEX IF NOT EXISTS books_document_invoice ON books_document (invoice);

-- What an invoice's lines have been credited with, drafts included, for two drafts may both be posted.
CREATE VIEW IF NOT EXISTS books_credited AS
SELECT document.invoice, line.value ->> 'invoice_line' AS line,
  line.value ->> '$.totals.net_minor' AS net_minor, line.value ->> '$.totals.tax_minor' AS tax_minor
FROM books_document AS document, json_each(document.input, '$.lines') AS line
WHERE document.direction = 'credit' AND document.status <> 'voided';

-- A key that has its document already leads to nothing; a document that the books can't carry is refused with the reason.
CREATE TRIGGER IF NOT EXISTS books_document_check BEFORE INSERT ON books_document
BEGIN
  SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM books_document WHERE key = NEW.key);
  SELECT RAISE(ABORT, 'declined: the books have no invoice of that number')
  WHERE NEW.invoice IS NOT NULL AND NOT EXISTS (SELECT 1 FROM books_invoice WHERE number = NEW.invoice);
  SELECT RAISE(ABORT, 'declined: the invoice was sent to another customer')
  WHERE EXISTS (SELECT 1 FROM books_invoice WHERE number = NEW.invoice AND customer <> NEW.customer);
  SELECT RAISE(ABORT, 'declined: the invoice is in another currency')
  WHERE EXISTS (SELECT 1 FROM books_invoice WHERE number = NEW.invoice AND currency <> NEW.currency);
  SELECT RAISE(ABORT, 'declined: with the credit documents that it has already, this is more than the invoice')
  FROM books_invoice AS invoice, (
    SELECT COALESCE(sum(gross_minor), 0) AS gross_minor
    FROM books_document WHERE invoice = NEW.invoice AND direction = 'credit' AND status <> 'voided'
  ) AS used
  -- Net and tax are bounded line by line: their sums may pass the invoice's while a deduction is not credited yet.
  WHERE NEW.direction = 'credit' AND invoice.number = NEW.invoice
    AND used.gross_minor + NEW.gross_minor > invoice.gross_minor;
  SELECT RAISE(ABORT, 'declined: a line names no line of the invoice, or comes to more than is left of it')
  FROM books_invoice AS invoice
  WHERE NEW.direction = 'credit' AND invoice.number = NEW.invoice AND EXISTS (
    SELECT 1 FROM (
      SELECT line, sum(net_minor) AS net_minor, sum(tax_minor) AS tax_minor FROM (
        SELECT line, net_minor, tax_minor FROM books_credited WHERE invoice = NEW.invoice
        UNION ALL
        SELECT value ->> 'invoice_line', value ->> '$.totals.net_minor', value ->> '$.totals.tax_minor'
        FROM json_each(NEW.input, '$.lines')
      ) GROUP BY line
    ) AS used
    LEFT JOIN (
      SELECT value ->> 'id' AS line, value ->> '$.totals.net_minor' AS net_minor,
        value ->> '$.totals.tax_minor' AS tax_minor
      FROM json_each(invoice.content, '$.lines')
      UNION ALL
      -- What no line carries is the document's rounding.
      SELECT '', invoice.net_minor - sum(value ->> '$.totals.net_minor'),
        invoice.tax_minor - sum(value ->> '$.totals.tax_minor')
      FROM json_each(invoice.content, '$.lines')
    ) AS invoiced ON invoiced.line = used.line
    WHERE invoiced.line IS NULL
      OR used.net_minor NOT BETWEEN min(invoiced.net_minor, 0) AND max(invoiced.net_minor, 0)
      OR used.tax_minor NOT BETWEEN min(invoiced.tax_minor, 0) AND max(invoiced.tax_minor, 0)
  );
END;

CREATE TRIGGER IF NOT EXISTS books_document_book AFTER INSERT ON books_document
WHEN NEW.status = 'posted' AND json_array_length(NEW.legs) > 0
BEGIN
  INSERT INTO books_journal (booked_on, narration, document, legs)
    SELECT NEW.issued_on, NEW.number || COALESCE(' for ' || NEW.invoice, '') || ': ' || NEW.reason, NEW.number, NEW.legs;
END;

-- A person has posted a draft. What it credits has counted since it was made, so the invoice has room for it.
CREATE TRIGGER IF NOT EXISTS books_draft_book AFTER UPDATE OF status ON books_document
WHEN OLD.status = 'draft' AND NEW.status = 'posted' AND json_array_length(NEW.legs) > 0
BEGIN
  INSERT INTO books_journal (booked_on, narration, document, legs)
    SELECT NEW.issued_on, NEW.number || COALESCE(' for ' || NEW.invoice, '') || ': ' || NEW.reason, NEW.number, NEW.legs;
END;

-- A posted document is voided by the entry that undoes it; its number stays used.
CREATE TRIGGER IF NOT EXISTS books_document_undo AFTER UPDATE OF status ON books_document
WHEN OLD.status = 'posted' AND NEW.status = 'voided' AND json_array_length(NEW.legs) > 0
BEGIN
  INSERT INTO books_journal (booked_on, narration, document, legs)
    SELECT NEW.voided_on, NEW.number || ' voided', NEW.number,
      (SELECT json_group_array(json_array(value ->> 0, -(value ->> 1), value ->> 2)) FROM json_each(NEW.legs));
END;

CREATE TRIGGER IF NOT EXISTS books_document_moves BEFORE UPDATE ON books_document
BEGIN
  SELECT RAISE(ABORT, 'books: a draft can be posted under the next number, a document can be voided, and neither otherwise changed')
  WHERE NEW.input <> OLD.input OR NEW.legs <> OLD.legs OR NOT CASE NEW.status
    WHEN 'voided' THEN OLD.status <> 'voided' AND NEW.serial IS OLD.serial
    WHEN 'posted' THEN OLD.status = 'draft' AND NEW.serial = (
      SELECT COALESCE(max(serial), 0) + 1 FROM books_document WHERE direction = NEW.direction
    )
    ELSE 0
  END;
END;

-- What stood here before: it let no draft be posted, or booked documents that book nothing.
DROP TRIGGER IF EXISTS books_document_only_voided;
DROP TRIGGER IF EXISTS books_document_post;
DROP TRIGGER IF EXISTS books_draft_post;
DROP TRIGGER IF EXISTS books_document_reverse;

CREATE TRIGGER IF NOT EXISTS books_document_is_kept BEFORE DELETE ON books_document
BEGIN
  SELECT RAISE(ABORT, 'books: a document is never taken out');
END;

CREATE TABLE IF NOT EXISTS books_settlement (
  key TEXT PRIMARY KEY,
  -- The settlement as JSON: what the same key must come with again.
  input TEXT NOT NULL,
  document INTEGER NOT NULL REFERENCES books_document (id),
  -- As the contract names it: 'refund', 'refund-reversal', …
  kind TEXT NOT NULL,
  -- Of the document, in its currency.
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  settled_on TEXT NOT NULL,
  narration TEXT NOT NULL,
  booked_as TEXT NOT NULL,
  -- As a journal entry has them; none where nothing moves between accounts.
  legs TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS books_settlement_document ON books_settlement (document);

CREATE TRIGGER IF NOT EXISTS books_settlement_book AFTER INSERT ON books_settlement
WHEN json_array_length(NEW.legs) > 0
BEGIN
  INSERT INTO books_journal (booked_on, narration, document, legs)
    VALUES (NEW.settled_on, NEW.narration, NEW.booked_as, NEW.legs);
END;

-- What disputes took.
CREATE TABLE IF NOT EXISTS books_loss (
  key TEXT PRIMARY KEY,
  -- The loss as JSON: what the same key must come with again.
  input TEXT NOT NULL,
  lost_on TEXT NOT NULL,
  narration TEXT NOT NULL,
  dispute TEXT NOT NULL,
  -- As a journal entry has them.
  legs TEXT NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS books_loss_book AFTER INSERT ON books_loss
BEGIN
  INSERT INTO books_journal (booked_on, narration, document, legs)
    VALUES (NEW.lost_on, NEW.narration, NEW.dispute, NEW.legs);
END;

-- What one unit of a currency is worth in another on a day. The first word stands: entries were booked by it.
CREATE TABLE IF NOT EXISTS books_rate (
  day TEXT NOT NULL,
  from_currency TEXT NOT NULL,
  to_currency TEXT NOT NULL,
  rate TEXT NOT NULL,
  PRIMARY KEY (day, from_currency, to_currency)
) WITHOUT ROWID;

-- Minor digits of the currencies that have not two of them: ISO 4217.
CREATE VIEW IF NOT EXISTS books_exponent AS
SELECT column1 AS currency, column2 AS exponent FROM (VALUES
  ('BIF', 0), ('CLP', 0), ('DJF', 0), ('GNF', 0), ('ISK', 0), ('JPY', 0), ('KMF', 0), ('KRW', 0), ('PYG', 0), ('RWF', 0),
  ('UGX', 0), ('UYI', 0), ('VND', 0), ('VUV', 0), ('XAF', 0), ('XOF', 0), ('XPF', 0),
  ('BHD', 3), ('IQD', 3), ('JOD', 3), ('KWD', 3), ('LYD', 3), ('OMR', 3), ('TND', 3), ('CLF', 4), ('UYW', 4)
);

-- What customers are found by, one in each line.
CREATE VIEW IF NOT EXISTS books_customer_text AS
SELECT number, customer, customer || char(10) || COALESCE(content ->> '$.customer.name', '')
  || char(10) || COALESCE(content ->> '$.customer.email', '') AS text
FROM books_invoice;

-- What invoices are found by, one in each line: number, customer, "=" with digits and minor units of an amount, "#" with the last
-- four digits of a card.
CREATE VIEW IF NOT EXISTS books_invoice_text AS
SELECT invoice.number, invoice.number || char(10) || customer.text || char(10) || invoice.currency || char(10)
  || '=' || COALESCE((SELECT exponent FROM books_exponent WHERE currency = invoice.currency), 2) || ':' || invoice.gross_minor
  || char(10) || COALESCE((
    SELECT group_concat(
      '=' || COALESCE((SELECT exponent FROM books_exponent WHERE currency = payment.content ->> '$.captured.currency'), 2)
      || ':' || (payment.content ->> '$.captured.minor') || char(10)
      || COALESCE('#' || (payment.content ->> '$.last_four') || char(10), ''), '')
    FROM (
      SELECT value AS content FROM json_each(invoice.content, '$.payments')
      UNION ALL SELECT content FROM books_later_payment WHERE invoice = invoice.number
    ) AS payment
  ), '') AS text
FROM books_invoice AS invoice JOIN books_customer_text AS customer ON customer.number = invoice.number;

CREATE TABLE IF NOT EXISTS books_found_invoice (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS books_found_customer (
  id INTEGER PRIMARY KEY,
  customer TEXT NOT NULL UNIQUE,
  -- The newest of the customer's invoices.
  number TEXT NOT NULL,
  text TEXT NOT NULL
);

-- All groups of three characters of the texts above.
CREATE VIRTUAL TABLE IF NOT EXISTS books_invoice_search
USING fts5(text, content='books_found_invoice', content_rowid='id', tokenize='trigram');

CREATE VIRTUAL TABLE IF NOT EXISTS books_customer_search
USING fts5(text, content='books_found_customer', content_rowid='id', tokenize='trigram');

CREATE TRIGGER IF NOT EXISTS books_found_invoice_new AFTER INSERT ON books_found_invoice
BEGIN
  INSERT INTO books_invoice_search (rowid, text) VALUES (NEW.id, NEW.text);
END;

CREATE TRIGGER IF NOT EXISTS books_found_invoice_other AFTER UPDATE OF text ON books_found_invoice
BEGIN
  INSERT INTO books_invoice_search (books_invoice_search, rowid, text) VALUES ('delete', OLD.id, OLD.text);
  INSERT INTO books_invoice_search (rowid, text) VALUES (NEW.id, NEW.text);
END;

CREATE TRIGGER IF NOT EXISTS books_found_customer_new AFTER INSERT ON books_found_customer
BEGIN
  INSERT INTO books_customer_search (rowid, text) VALUES (NEW.id, NEW.text);
END;

CREATE TRIGGER IF NOT EXISTS books_found_customer_other AFTER UPDATE OF text ON books_found_customer
BEGIN
  INSERT INTO books_customer_search (books_customer_search, rowid, text) VALUES ('delete', OLD.id, OLD.text);
  INSERT INTO books_customer_search (rowid, text) VALUES (NEW.id, NEW.text);
END;

CREATE TRIGGER IF NOT EXISTS books_invoice_found AFTER INSERT ON books_invoice
BEGIN
  INSERT INTO books_found_invoice (number, text) SELECT number, text FROM books_invoice_text WHERE number = NEW.number;
  INSERT INTO books_found_customer (customer, number, text)
    SELECT customer, number, text FROM books_customer_text WHERE number = NEW.number
    ON CONFLICT (customer) DO UPDATE SET number = excluded.number, text = excluded.text;
END;

CREATE TRIGGER IF NOT EXISTS books_later_payment_found AFTER INSERT ON books_later_payment
BEGIN
  UPDATE books_found_invoice SET text = (SELECT text FROM books_invoice_text WHERE number = NEW.invoice)
  WHERE number = NEW.invoice;
END;

-- Invoices of before are found, too.
INSERT INTO books_found_customer (customer, number, text)
SELECT customer, number, text FROM books_customer_text
WHERE number NOT IN (SELECT number FROM books_found_invoice)
ORDER BY (SELECT import FROM books_invoice WHERE books_invoice.number = books_customer_text.number)
ON CONFLICT (customer) DO UPDATE SET number = excluded.number, text = excluded.text;

INSERT INTO books_found_invoice (number, text)
SELECT text.number, text.text FROM books_invoice_text AS text JOIN books_invoice AS invoice ON invoice.number = text.number
WHERE text.number NOT IN (SELECT number FROM books_found_invoice)
ORDER BY invoice.import, invoice.rowid;

-- A search selects from it, so that books of before have what is searched.
CREATE VIEW IF NOT EXISTS books_search_1 AS SELECT 1 AS ready;

-- Every statement that writes selects from this view, so none runs while a trigger is missing; its number goes up with a trigger more.
CREATE VIEW IF NOT EXISTS books_6 AS SELECT 1 AS ready;
