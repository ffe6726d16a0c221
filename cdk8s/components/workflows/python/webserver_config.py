"""Login of people by OpenID Connect. The two generated logins keep their passwords, for programs that ask for a token."""

import json
import os

from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from airflow.providers.fab.www.utils import get_fab_auth_manager
from flask_appbuilder.const import AUTH_OAUTH

with open(os.path.join(os.path.dirname(os.environ["AIRFLOW__FAB__CONFIG_FILE"]), "oidc.json")) as file:
    OIDC = json.load(file)

PROVIDER = "oidc"


def claim(claims, name):
    """The values of a claim, which may have dots in its name or be nested."""
    if name not in claims:
        for part in name.split("."):
            claims = claims.get(part) if isinstance(claims, dict) else None
    else:
        claims = claims[name]
    values = claims if isinstance(claims, list) else [claims]
    return [value for value in values if isinstance(value, str)]


class SecurityManager(FabAirflowSecurityManagerOverride):
    """Gives each person the roles of their groups at every login, and refuses one without a role."""

    def set_oauth_session(self, provider, oauth_response):
        """Keeps no token: none is used after the login, and a cookie has no room for it."""

    def get_oauth_user_info(self, provider, resp):
        claims = resp["userinfo"]
        groups = claim(claims, OIDC["rolesClaim"])
        if not groups and self.oauth_remotes[provider].load_server_metadata().get("userinfo_endpoint"):
            more = self.oauth_remotes[provider].userinfo(token=resp)
            groups = claim(more, OIDC["rolesClaim"]) if more.get("sub") == claims["sub"] else []
        return {
            # The subject is the only name that stays the same; with the prefix nobody can take one of the generated logins.
            "username": f"{PROVIDER}:{claims['sub']}",
            "email": claims.get("email", ""),
            "first_name": claims.get("given_name") or claims.get("preferred_username") or claims["sub"],
            "last_name": claims.get("family_name", ""),
            "groups": groups,
        }

    def auth_user_oauth(self, userinfo, rotate_session_id=True):
        groups = userinfo["groups"]
        names = {OIDC["roles"][group] for group in groups if group in OIDC["roles"]} or set(OIDC["defaultRoles"])
        username = userinfo["username"]
        roles = [self.find_role(name) for name in sorted(names)]
        user = self.find_user(username=username)
        if user:
            user.roles = roles
            self.update_user(user)
            # Airflow remembers the roles that it has seen for a while.
            get_fab_auth_manager().cache.pop(user.id, None)
        if not names:
            print(
                f"login of {username} refused: no value of claim {OIDC['rolesClaim']} is in spec.workflows.oidc.roles; it has {groups}",
                flush=True,
            )
            return None
        if not user:
            email = userinfo["email"] or f"{username}@localhost"
            self.add_user(username, userinfo["first_name"], userinfo["last_name"], email, roles)
        return super().auth_user_oauth(userinfo, rotate_session_id)


SECURITY_MANAGER_CLASS = SecurityManager
AUTH_TYPE = AUTH_OAUTH
OAUTH_PROVIDERS = [
    {
        "name": PROVIDER,
        "icon": "fa-key",
        "token_key": "access_token",
        "remote_app": {
            "client_id": OIDC["clientId"],
            "client_secret": os.environ["OIDC_CLIENT_SECRET"],
            "server_metadata_url": OIDC["issuer"].rstrip("/") + "/.well-known/openid-configuration",
            "client_kwargs": {"scope": OIDC["scopes"], "code_challenge_method": "S256"},
        },
    }
]
