#!/usr/bin/env python3
import os
import sys

from petition import local


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "petition.settings")
    os.environ["VAR_DIR"] = str(local.var_dir())
    from django.core.management import execute_from_command_line

    from petition.local import keys

    keys.ensure(local.var_dir())
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
