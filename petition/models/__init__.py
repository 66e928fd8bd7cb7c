from petition.models.audit import AuditEntry
from petition.models.petition import Petition
from petition.models.picture import UpdatePicture
from petition.models.recipient import FormOfAddress, Recipient
from petition.models.staff import RecoveryCode, SecurityKey, StaffAccount, TotpApp
from petition.models.update import Tag, Update

__all__ = [
    "AuditEntry",
    "FormOfAddress",
    "Petition",
    "Recipient",
    "RecoveryCode",
    "SecurityKey",
    "StaffAccount",
    "Tag",
    "TotpApp",
    "Update",
    "UpdatePicture",
]
