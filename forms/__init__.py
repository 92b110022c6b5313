"""Forms: what a campaign asks, and everything that follows from the definition."""

from forms.campaign import load, new, shipped
from forms.document import Document, TableData
from forms.faults import CampaignError, Fault
from forms.findings import Finding, arrange, levelled
from forms.spec import Campaign, CodeList, Field, Form, Register, Table, Unit

__all__ = [
    "Campaign",
    "CampaignError",
    "CodeList",
    "Document",
    "Fault",
    "Field",
    "Finding",
    "Form",
    "Register",
    "Table",
    "TableData",
    "Unit",
    "arrange",
    "levelled",
    "load",
    "new",
    "shipped",
]
