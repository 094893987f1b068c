"""From facts and levels to what was shown: monthly series by kind, third-party figures, photos, capacity, orders.

**The facts that a decision consumes** (all others are kept and shown, and move no money):

Documents, with their id in the provenance:

- ``document.carrier`` (xml, ofd, pdf_text, table, docx, ocr), ``document.signature.status``; ``document.review`` =
  ``rejected`` by a person; ``document.confirmed`` = true by a third party; ``document.withdrawn`` = the day.
- ``vat_invoice.`` ``seller_tax_id``, ``seller_name``, ``buyer_tax_id``, ``buyer_name``, ``invoice_number``,
  ``issue_date``, ``total_amount`` (with tax; ``amount_excl_tax`` only where the total was not read). Seller is the
  applicant: a sale, counted as invoicing in the month of its date. Buyer is the applicant: a purchase, for the margin.
  Turnover is counted *with* tax throughout, because receipts are.
- ``bank_statement.months[YYYY-MM].receipts`` (business receipts of that month, net of own transfers, refunds,
  interest and loans), ``bank_statement.account``, ``.institution``, ``.first_date``, ``.last_date`` (two files of one
  account that overlap count once); the same for ``wallet_statement``, ``acquirer_statement``, ``platform_statement``
  (with ``store``), and ``tax_return.months[YYYY-MM].taxable_sales``, ``settlement_sheet.months[YYYY-MM].total``,
  ``delivery_note.date|total_amount|number|consignee``.
- ``contract.`` ``party_a``, ``party_b``, ``total_amount``, ``sign_date``: the unpaid part is the total less the sales
  invoices to the other party since the signature. Growth needs L4: a contract is L2 unless the check
  ``contract_invoiced_and_paid`` passes; then a trusted signature gives L4, and a match at most the level of the
  *weakest* matched document.
- ``photo.scene`` (a scene of the policy's list; one vote for all photos); ``business_license.established_date``.
- capacity, at L2 or better: the facts named by ``ceilings`` of the trade (``utility_bill.annual_kwh``, …).

Third party (ledger ``third_party``): ``platform|acquirer|bank.annual_receipts`` or ``.months[YYYY-MM].receipts``
(partial; ``platform.store``, ``acquirer.merchant``, ``bank.account`` tell two records apart), ``tax.annual_sales``
(full), ``tax.arrears``, ``tax.invoices[NUMBER].status``, ``registry.established_date|status|headcount|…``,
``bureau.band`` (A-E), ``bureau.debt_service_annual``, ``bureau.working_capital_loans``, ``bureau.total_exposure``,
``lender.lowest_base_12m`` (the anchor), ``<source>.payers[i].name`` (whom the feed covers, for V_part).

Declared: ``declaration.annual_turnover`` (only while nothing else states an amount), ``own_funds``, ``margin``,
``debt_service_annual``, ``working_capital_loans``, ``cycle_days``, ``deposits``.

Months run up to the last complete month before ``as_of``; a month without any document inside the window is zero, so
documents should reach to the end of that month. Grade 0.95 of the standard policy: established five years ago or
earlier and ``bureau.band`` B (or no bureau record); A gives 1.00; unknown age takes 0.05.
"""
