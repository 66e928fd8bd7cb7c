from petition.admin import people, petitions, recipients, switches, trail, updates

__all__ = ["people", "petitions", "recipients", "switches", "trail", "updates"]
