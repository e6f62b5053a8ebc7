"""What the settings say of the City's identity provider, and whether it is as they say (for `beacon doctor`)."""

from dataclasses import dataclass

from assistant.settings import Settings, SettingWrong
from channels.accounts import Role
from channels.oidc import Attempt, Provider, ProviderFailed, Registration, is_safe
from channels.subjects import Admission

CALLBACK = "/staff/oidc/callback"


class IdentityWrong(SettingWrong):
    """The provider is not as the settings say; the sentence names the cure."""


@dataclass(frozen=True, eq=False)
class Identity:
    """The provider, and whom we let in who signs in there."""

    provider: Provider
    admission: Admission


def identity_of(settings: Settings) -> Identity:
    """The identity provider that was set. Raises SettingWrong."""
    if settings.oidc_issuer is None:
        raise SettingWrong("No identity provider was set. Please give one with BEACON_OIDC_ISSUER.")
    if not is_safe(settings.oidc_issuer):
        raise SettingWrong("The setting BEACON_OIDC_ISSUER must begin with https://, as the provider gives it.")
    if settings.oidc_client_id is None or settings.public_url is None:
        raise SettingWrong(
            "Signing in by BEACON_OIDC_ISSUER needs BEACON_OIDC_CLIENT_ID and BEACON_PUBLIC_URL, to which the provider "
            f"sends people back (register {CALLBACK} of it there)."
        )
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=_secret(settings),
        name=settings.oidc_name,
        redirect_uri=f"{settings.public_url.rstrip('/')}{CALLBACK}",
        role_claim=settings.oidc_role_claim,
        seconds=settings.oidc_seconds,
    )
    admission = Admission(
        roles=_roles(settings.oidc_roles),
        domains=tuple(each.strip().casefold() for each in settings.oidc_email_domains.split(",") if each.strip()),
        trust_email=settings.oidc_trust_email,
    )
    return Identity(Provider(registration), admission)


def _secret(settings: Settings) -> str:
    path = settings.oidc_client_secret_file
    if settings.oidc_client_secret is not None:
        return settings.oidc_client_secret.get_secret_value()
    if path is None:
        raise SettingWrong("Please set BEACON_OIDC_CLIENT_SECRET, or BEACON_OIDC_CLIENT_SECRET_FILE with its file.")
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingWrong(
            f"BEACON_OIDC_CLIENT_SECRET_FILE cannot be read ({type(error).__name__}): {path}."
        ) from error
    if not secret:
        raise SettingWrong(f"BEACON_OIDC_CLIENT_SECRET_FILE is empty: {path}. Please put the secret in it.")
    return secret


def _roles(told: str) -> dict[str, Role]:
    roles = {}
    for each in filter(None, (part.strip() for part in told.split(","))):
        group, _, role = each.rpartition("=")
        if not group.strip() or role.strip() not in set(Role) - {Role.RESIDENT}:
            known = ", ".join(sorted(set(Role) - {Role.RESIDENT}))
            raise SettingWrong(
                f"BEACON_OIDC_ROLES cannot be used at {each!r}. Please write group=role, with a role of {known}."
            )
        roles[group.strip()] = Role(role.strip())
    return roles


async def examine_identity(settings: Settings) -> str:
    """How the provider stands: its description, its keys, and whether it takes our name and secret (by a code that
    never was). Raises SettingWrong, IdentityWrong."""
    identity = identity_of(settings)
    provider = identity.provider
    try:
        described = await provider.described()
    except ProviderFailed as error:
        raise IdentityWrong(
            f"The identity provider cannot be used: {error.why}. Please check BEACON_OIDC_ISSUER and the network; "
            "staff can still sign in with a password."
        ) from error
    if "S256" not in described.get("code_challenge_methods_supported", ["S256"]):
        raise IdentityWrong("The identity provider does not know PKCE with S256. Please have it turned on there.")
    try:
        await provider.exchanged("a code that never was", Attempt().verifier)
    except ProviderFailed as error:
        if error.why in ("invalid_client", "unauthorized_client"):
            raise IdentityWrong(
                "The identity provider refuses our name or secret. Please check BEACON_OIDC_CLIENT_ID and "
                "BEACON_OIDC_CLIENT_SECRET."
            ) from error
    roles = "roles by its groups" if identity.admission.roles else "roles of the accounts here"
    return f"{provider.registration.issuer} is as it was set; {roles}"
