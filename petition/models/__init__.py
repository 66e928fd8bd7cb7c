from petition.models.audit import AuditEntry
from petition.models.petition import Petition
from petition.models.picture import UpdatePicture
from petition.models.recipient import FormOfAddress, Recipient
from petition.models.switch import Switch
from petition.models.update import Tag, Update

__all__ = ["AuditEntry", "FormOfAddress", "Petition", "Recipient", "Switch", "Tag", "Update", "UpdatePicture"]
