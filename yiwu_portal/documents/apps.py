"""Django's name for this room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The portal's documents."""

    name = "yiwu_portal.documents"
    label = "documents"

    def ready(self) -> None:
        """Hand the sweepers to the clockwork."""
        from yiwu_portal.documents.actions import documents_sweep, orphans_remove, uploads_sweep
        from yiwu_portal.documents.queries import orphans_audit
        from yiwu_portal.programmes.service import Job, audit_register, job_register

        job_register(Job("documents.documents_sweep", 30, documents_sweep))
        job_register(Job("documents.uploads_sweep", 60, uploads_sweep))
        job_register(Job("documents.orphans_remove", 3600, orphans_remove))
        audit_register("documents", orphans_audit)
