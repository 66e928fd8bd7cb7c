from petition.admin import approvals, people, petitions, recipients, switches, trail, updates

__all__ = ["approvals", "people", "petitions", "recipients", "switches", "trail", "updates"]
