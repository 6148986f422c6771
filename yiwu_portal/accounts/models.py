"""Users and the counters that guard their doors. The human being behind a user is `people.Person`."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create one user; without a password she signs in by e-mailed code."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create an administrator of the configuration."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in (用户), by e-mail code, password or passkey."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_system = models.BooleanField(_("is a system, not a person"), default=False)
    is_demo = models.BooleanField(_("invented for the demonstration"), default=False)
    sessions_from = models.PositiveIntegerField(_("generation of her sessions"), default=0, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name pages show."""
        return str(self)

    def get_session_auth_hash(self) -> str:
        """What a session must know: the next generation of sessions makes all earlier ones strangers."""
        return f"{super().get_session_auth_hash()}{self.sessions_from or ''}"


class Hit(models.Model):
    """How often one asker came through one door within one window of time; only the newest window is kept.

    In PostgreSQL, not in Redis: a dead Redis opens no door. `asker` is a keyed hash, never an address or a name.
    """

    door = models.CharField(max_length=60)
    asker = models.CharField(max_length=64)
    window = models.BigIntegerField()  # number of the window since 1970
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        constraints = [models.UniqueConstraint(fields=["door", "asker"], name="hit_once_a_door_and_asker")]

    def __str__(self) -> str:
        return f"{self.door}: {self.count}"
