"""The English demo team; every name is invented."""

from __future__ import annotations

from templates.starter.vocabulary import Column, Slips, Vocabulary

_DATE = "m/d/yyyy"
_SOURCES = ("Website", "Trade show", "Referral", "Partner", "Campaign", "Cold call")
_PRODUCTS = (
    "Line dashboard", "Asset inspection", "Supplier portal", "Warehouse automation",
    "Predictive maintenance", "Work orders", "Cost tracking", "Quoting desk",
)  # fmt: skip
_TRADES = {
    "Automotive": "Auto Parts", "Medical devices": "Medical", "Food": "Foods", "Energy": "Energy",
    "Electronics": "Electronics", "Machinery": "Machine Works", "Logistics": "Logistics",
    "Textiles": "Textiles",
}  # fmt: skip
_STAGES = ("Lead", "First contact", "Solution", "Negotiation", "Contract")
_OUTCOMES = {
    "open": "Open", "won": "Won", "lost": "Lost", "invalid": "Invalid", "on_hold": "On hold",
}  # fmt: skip
_LOSSES = ("Price", "Competitor", "Budget cut", "No decision", "Need changed", "Poor fit")

ENGLISH = Vocabulary(
    language="en",
    font=("Calibri", 11),
    table="Opportunities",
    statistics="Statistics",
    lists="Lists",
    title="{team}: opportunity tracker",
    hint="Update before Friday 5 pm; * is required; values in USD. Filtered total to the right →",
    columns=(
        Column("id", "Deal ID", 12),
        Column("name", "Deal name", 30),
        Column("customer", "Customer*", 32),
        Column("contact", "Contact", 18),
        Column("title", "Job title", 18),
        Column("phone", "Phone", 17),
        Column("email", "Email", 34),
        Column("product", "Product", 21, choices=_PRODUCTS),
        Column("source", "Lead source", 12, choices=_SOURCES),
        Column("industry", "Industry", 15, choices=tuple(_TRADES)),
        Column("region", "Region", 11),
        Column("amount", "Deal value", 12, "#,##0"),
        Column("probability", "Win %", 8, "0%"),
        Column("weighted", "Weighted value", 14, "#,##0"),
        Column("stage", "Stage", 13, choices=_STAGES),
        Column("outcome", "Status", 10, choices=tuple(_OUTCOMES.values())),
        Column("owner", "Owner", 19),
        Column("created", "Created", 12, _DATE),
        Column("stage_entered", "Stage since", 12, _DATE),
        Column("last_activity", "Last contact", 12, _DATE),
        Column("follow_ups", "Touches", 9, "0"),
        Column("next_step", "Next step", 30),
        Column("next_step_date", "Next step date", 14, _DATE),
        Column("expected_close", "Expected close", 14, _DATE),
        Column("closed", "Closed", 12, _DATE),
        Column("loss_reason", "Loss reason", 13, choices=_LOSSES),
        Column("snooze", "No reminders until", 13, _DATE),
        Column("snooze_reason", "Snooze reason", 26),
        Column("note", "Notes", 34),
    ),
    brands=(
        tuple((part, part.lower()) for part in (
            "Bram", "Corv", "Dunn", "Fenn", "Garr", "Hask", "Ister", "Jorv", "Kest", "Lunn", "Marr",
            "Norb", "Oster", "Pell", "Quill", "Stran", "Tarn", "Ulver", "Vess", "Wyck")),
        tuple((part, part) for part in (
            "acre", "wick", "mont", "dale", "hurst", "ley", "stone", "by", "worth", "mere", "holt",
            "gate", "field", "moor")),
    ),
    trades=_TRADES,
    forms=("Inc.", "LLC", "Corp.", "Ltd.", "Co."),
    cities={
        "Northeast": ("Albany", "Lowell", "Scranton", "Hartford"),
        "Midwest": ("Toledo", "Dayton", "Peoria", "Duluth"),
        "South": ("Macon", "Mobile", "Shreveport", "Durham"),
        "West": ("Reno", "Tacoma", "Fresno", "Boise"),
    },
    deal="{brand}: {product}",
    company="{brand} {trade} {form}",
    variants=(
        "{brand} {trade}", "{brand} {trade}, Inc", "{brand} {trade} ({city}) {form}",
        "{brand} {trade} Company", " {brand}  {trade} {form}",
    ),
    families=tuple((name, name.lower()) for name in (
        "Abernook", "Brisk", "Calloway-Finn", "Dapple", "Everstead", "Farrowby", "Gristwood",
        "Holloman-Reed", "Inkpen", "Jessamy", "Kettlewell", "Larkspur")),
    givens=tuple((name, name.lower()) for name in (
        "Ada", "Bennet", "Clio", "Darragh", "Elspeth", "Fabian", "Greta", "Hugo", "Imke", "Joss")),
    contact="{given} {family}",
    phones=("({a}) {b}-{c}", "{a}.{b}.{c}", "+1 {a} {b} {c}", "{a}-{b}-{c} x801", "{a}{b}{c}"),
    phone_parts=tuple(
        (area, "555", "01") for area in ("419", "518", "775", "478", "218", "253", "309", "919")
    ),
    phone_digits=2,
    titles=("Purchasing manager", "Plant director", "IT manager", "CEO", "Head of maintenance"),
    products=_PRODUCTS,
    sources=_SOURCES,
    losses=_LOSSES,
    steps=(
        "Find out who owns the need", "Book a site visit", "Send first proposal",
        "Demo for the decision maker", "Legal review of terms",
    ),
    notes=(
        "Wants to go live this year", "Budget approved", "Competitor is in too", "Internal review",
        "CEO cares, plan a visit", "Pilot in one plant first", "Quote sent, no answer yet",
        "Contact travelling, call next week", "Asked for a reference in the trade",
    ),
    comments=(
        "Customer wants to pay in two instalments, 60% first", "New decision maker since September",
        "Registered by a partner: do not quote directly", "Separate from the group deal, keep both",
    ),
    outcomes=_OUTCOMES,
    typical_amount=62_000,
    grain=500,
    id_prefix="OP",
    slips=Slips(
        dates=("TBD", "after New Year"),
        amounts=("about fifty", "depends on scope"),
        worded_amounts=("${:,.0f}", "USD {:.0f}"),
        written_dates=("{0}-{1:02d}-{2:02d}", "{0}/{1}/{2}", "{0}{1:02d}{2:02d}"),
        stages={"Solutoin": "Solution", "Negotation": "Negotiation"},
        outcomes={"Closed won": "Won", "Closed lost": "Lost"},
        blanks=("-", "n/a", "Select"),
        snoozes=("year-end stocktaking, call after it", "contact on holiday, demo on return"),
        nobody=("Pool", "TBD"),
        magnitude=0,
    ),
    labels={
        "by_stage": "Open deals by stage", "by_owner": "Open deals by owner",
        "by_month": "Won in the last 12 months", "stage": "Stage", "owner": "Owner",
        "month": "Month", "count": "Deals", "amount": "Value (USD)",
        "total": "Total", "month_format": "mmm yyyy",
    },
)  # fmt: skip
