from petition.models.approval import Approval
from petition.models.audit import AuditEntry, AuditLink
from petition.models.petition import Petition
from petition.models.picture import UpdatePicture
from petition.models.recipient import FormOfAddress, Recipient
from petition.models.staff import RecoveryCode, SecurityKey, StaffAccount, TotpApp
from petition.models.switch import Switch
from petition.models.update import Tag, Update

__all__ = [
    "Approval",
    "AuditEntry",
    "AuditLink",
    "FormOfAddress",
    "Petition",
    "Recipient",
    "RecoveryCode",
    "SecurityKey",
    "StaffAccount",
    "Switch",
    "Tag",
    "TotpApp",
    "Update",
    "UpdatePicture",
]
