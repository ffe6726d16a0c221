"""Brings the metadata database to this version of Superset, and its logins to the passwords and roles that they have to have."""

import os
import sys

import psycopg2
from superset.app import create_app

# Of what Superset lets people do who may look at data; the rest of them would write.
LOOKING = ("can_read", "can_get", "can_list", "can_show", "can_explore", "can_slice", "can_dashboard", "can_external_metadata",
           "can_samples", "can_drill", "can_view", "can_fetch", "can_recent_activity", "can_info", "can_time_range", "can_query_form_data",
           "can_form_data", "can_csv", "can_export_csv", "can_log", "can_warm_up_cache", "can_userinfo", "menu_access")
# Where a page keeps what somebody has filtered by, and links to that.
OWN_VIEW = ("DashboardFilterStateRestApi", "DashboardPermalinkRestApi", "ExploreFormDataRestApi", "ExplorePermalinkRestApi")
READER = "Telemetry Reader"


def reader_role(security):
    """Everything of ours to look at: no SQL of one's own, nothing that is saved."""
    gamma = security.find_role("Gamma")
    looking = [
        permission
        for permission in gamma.permissions
        if permission.permission.name.startswith(LOOKING) or permission.view_menu.name in OWN_VIEW
    ]
    role = security.find_role(READER) or security.add_role(READER)
    everything = security.add_permission_view_menu("all_datasource_access", "all_datasource_access")
    role.permissions = [*looking, everything]
    return role


def user(security, prefix, role):
    name, password = os.environ[f"{prefix}_USERNAME"], os.environ[f"{prefix}_PASSWORD"]
    found = security.find_user(username=name)
    if found:
        security.reset_password(found.id, password)
        found.roles, found.active = [role], True
    elif not security.add_user(name, name, "telemetry", f"{name}@localhost", role, password):
        sys.exit(f"user {name} was not created")


def mark(version):
    """Servers of this version wait for it."""
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS telemetry_setup (version text NOT NULL)")
        cursor.execute("DELETE FROM telemetry_setup")
        cursor.execute("INSERT INTO telemetry_setup VALUES (%s)", (version,))


app = create_app()
with app.app_context():
    from flask_migrate import upgrade
    from superset.extensions import appbuilder, db

    import superset

    upgrade(directory=os.path.join(os.path.dirname(superset.__file__), "migrations"))
    appbuilder.add_permissions(update_perms=True)
    security = appbuilder.sm
    security.sync_role_definitions()
    user(security, "BI", security.find_role("Admin"))
    user(security, "BI_KEEPER", security.find_role("Admin"))
    user(security, "BI_READER", reader_role(security))
    db.session.commit()
mark(os.environ["BI_VERSION"])
