"""The personal data of records: who owns them, and who is named in them."""

from __future__ import annotations

from sqlalchemy import delete

from muniment.audit.models import AuditEntry
from muniment.audit.service import KEEP
from muniment.builtin.records.own_data import export_uploads, leave_uploads
from muniment.db.unit_of_work import UnitOfWork
from muniment.files.models import File, Upload
from muniment.privacy.registry import Category, Index, Retention, Table, _
from muniment.records.models import Draft, Parent, Projection, Record, RecordExport, RecordRevision


def sweep_audit(unit: UnitOfWork) -> int:
    """Remove audit entries after thirteen months."""
    result = unit.session.execute(delete(AuditEntry).where(AuditEntry.at < unit.now - KEEP))
    return int(result.rowcount)  # type: ignore[attr-defined]


CATEGORIES = (
    Category(
        id="user.deposits",
        label=_("Deposits"),
        fields=(
            _("owner of drafts and records"),
            _("timestamps"),
        ),
        purposes=("manage_own_records", "anti_spam", "policy_compliance"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="records",
        stores=(Table(Parent, subject="owner_subject"),),
        retention=Retention(until=("account.deleted",)),
        erase="pseudonymise",
        export=export_uploads,
        leave=leave_uploads,
    ),
    Category(
        id="outputs.contributors",
        label=_("People named in research outputs"),
        fields=(
            _("names"),
            _("affiliations"),
            _("identifiers"),
            _("roles"),
            _("names in titles, descriptions and files"),
        ),
        purposes=("make_findable_and_citable", "attribute_contributions"),
        basis="legitimate_interest",
        source=("user_input", "import"),
        owner="records",
        stores=(
            Table(Draft),
            Table(Record),
            Table(RecordRevision),
            Table(Projection),
            Table(RecordExport),
            Table(File),
            Table(Upload),
            Index("records"),
        ),
        retention=Retention(until=()),
        transfers=(_("everybody"),),
        erase="keep:" + _("published research outputs stay; a record can be removed on request"),
    ),
    Category(
        id="audit.user",
        label=_("Audit trail"),
        fields=(
            _("opaque number of the account"),
            _("action"),
            _("resource"),
            _("time"),
        ),
        purposes=("security_audit",),
        basis="legitimate_interest",
        source=("automatic",),
        owner="records",
        stores=(Table(AuditEntry, subject="subject_id"), Table(RecordRevision, subject="subject_id")),
        retention=Retention(until=("act.at + P13M",), sweep=sweep_audit),
        erase="pseudonymise",
    ),
)
