"""Fills a new database of Tryton: seed.py CONFIGURATION DATABASE.

A company in euros with its chart of accounts and open fiscal years; invoices are numbered INV-1, …, credit notes CN-1, ….
Taxes of 19 % and 7 %; a journal for each of two gateways; a customer CUST-7; and the user that contraflow signs in as, who
is no administrator. The year of the fixed dates in tests is 2026.
"""

import datetime as dt
import sys
from decimal import Decimal

from proteus import Model, config

config.set_trytond(database=sys.argv[2], config_file=sys.argv[1])

from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, create_tax  # noqa: E402
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences  # noqa: E402
from trytond.modules.company.tests.tools import create_company, get_company  # noqa: E402

PASSWORD = "a password for tests"


def one(name, *domain):
    found = Model.get(name).find(list(domain))
    assert found, (name, domain)
    return found[0]


def account(code):
    return one("account.account", ("code", "=", code))


create_company(currency="EUR")
company = get_company()
create_chart()
# Customer invoices may be cancelled: without it nothing that was posted can be voided.
company.cancel_invoice_out = True
company.save()

Sequence = Model.get("ir.sequence.strict")
of_invoices = one("ir.sequence.type", ("name", "=", "Invoice"))
numbers = {}
for name, prefix in (("Invoices", "INV-"), ("Credit notes", "CN-")):
    numbers[prefix] = Sequence(name=name, sequence_type=of_invoices, company=company, prefix=prefix)
    numbers[prefix].save()
today = dt.date.today()
for year in range(2026, today.year + 2):
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    fiscalyear = set_fiscalyear_invoice_sequences(create_fiscalyear(today=days))
    (sequences,) = fiscalyear.invoice_sequences
    sequences.out_invoice_sequence = numbers["INV-"]
    sequences.out_credit_note_sequence = numbers["CN-"]
    fiscalyear.save()
    fiscalyear.click("create_period")

for rate in ("0.19", "0.07"):
    tax = create_tax(Decimal(rate))
    tax.name = tax.description = f"VAT {Decimal(rate) * 100:.0f} %"
    tax.save()

Journal = Model.get("account.journal")
Method = Model.get("account.invoice.payment.method")
for code, name in (("SBX", "Sandbox"), ("STR", "Stripe")):
    journal = Journal(name=name, code=code, type="cash")
    journal.save()
    method = Method(name=name, journal=journal, company=company)
    method.debit_account = method.credit_account = account("1.1.1")
    method.save()

Party = Model.get("party.party")
customer = Party(name="Nordlicht GmbH")
customer.code = "CUST-7"
germany = Model.get("country.country")(name="Germany", code="DE")
germany.save()
customer.addresses[0].country = germany
customer.lang = one("ir.lang", ("code", "=", "de"))
mail = customer.contact_mechanisms.new(type="email")
mail.value = "ap@nordlicht.example"
customer.save()

User = Model.get("res.user")
user = User(name="contraflow", login="contraflow", password=PASSWORD)
user.companies.append(company)
user.company = company
user.groups.append(one("res.group", ("name", "=", "Accounting")))
user.save()
