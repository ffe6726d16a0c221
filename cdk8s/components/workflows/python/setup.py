"""Brings the metadata database to this version of Airflow, and its two logins to the passwords of their Secrets."""

import os
import subprocess
import sys

migrated = subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"])
if migrated.returncode:
    sys.exit(migrated.returncode)

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

with get_application_builder() as builder:
    manager = builder.sm
    for login, role in (("ADMIN", "Admin"), ("VIEWER", "Viewer")):
        name, password = os.environ[f"{login}_USERNAME"], os.environ[f"{login}_PASSWORD"]
        user = manager.find_user(username=name)
        if user:
            manager.reset_password(user.id, password)
        elif not manager.add_user(name, name, "telemetry", f"{name}@localhost", manager.find_role(role), password):
            sys.exit(f"user {name} was not created")
