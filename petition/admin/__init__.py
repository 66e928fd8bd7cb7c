from petition.admin import approvals, people, petitions, recipients, trail, updates

__all__ = ["approvals", "people", "petitions", "recipients", "trail", "updates"]
