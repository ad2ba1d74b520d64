"""Who can sign in, and with what. Every user is a person; not every person is a user."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from leanship.domain.access import AccessPaths, Role
from leanship.features.base import clock
from leanship.features.base.fields import UidField, new_uid
from leanship.features.org.models import Person


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name, whatever its case, and brings their person along."""

    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").strip().casefold())


class User(AbstractBaseUser):
    """A way in for one person. `username` is the e-mail address in lower case, or a name where there is none."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Roles(models.TextChoices):
        MEMBER = Role.MEMBER.value, _("Member")
        PEOPLE_PARTNER = Role.PEOPLE_PARTNER.value, _("People partner")
        ADMINISTRATOR = Role.ADMINISTRATOR.value, _("Administrator")

    uid = UidField()
    username = models.CharField(max_length=254, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    role = models.CharField(max_length=20, choices=Roles.choices, default=Roles.MEMBER)
    is_active = models.BooleanField(default=True)
    # part of what a session is checked against: a new stamp ends them all
    session_stamp = models.CharField(max_length=12, default=new_uid, editable=False)
    theme = models.CharField(max_length=5, choices=Theme.choices, blank=True, default=Theme.SYSTEM)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.username.strip().casefold()
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: it ends when the password changes, or the stamp does."""
        value = f"{self.password}:{self.session_stamp}"
        return salted_hmac("leanship.session", value, secret=secret, algorithm="sha256").hexdigest()

    def has_usable_password(self) -> bool:
        """Whether any password could let this user in; an account made without one has the empty text."""
        return bool(self.password) and super().has_usable_password()

    # Django's own permission tables are not used: `domain.access` decides. These two are what
    # contrib packages ask for.
    @property
    def is_staff(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False


class SignInLink(models.Model):
    """A link that signs in once. Only its SHA-256 is kept; opening shows a button, pressing it consumes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A personal key for the API: it may what its owner may, or only read. Only its SHA-256 is kept."""

    access = AccessPaths(person_kind="token", person="user__person")

    uid = UidField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # its first characters, so that the owner can tell which it is
    read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
