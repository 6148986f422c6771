"""Run by script/run inside the portal's own Python: the database and the static files made ready in one start."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))


def main() -> None:
    """Migrate, make the cache table, collect static files, and fill an empty database with the demonstration."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands

    def step(text: str, name: str, **options: object) -> None:
        print(f"  {text} … ", end="", flush=True)
        began = time.monotonic()
        call_command(name, verbosity=0, **options)
        print(f"{time.monotonic() - began:.1f} s", flush=True)

    step("database", "migrate", interactive=False)
    step("cache table", "createcachetable")
    step("static files", "collectstatic", interactive=False)
    if get_user_model()._default_manager.exists():
        return
    if "demo_load" in get_commands():
        print("  the database is empty: an invented town moves in", flush=True)
        step("demonstration data", "demo_load")


if __name__ == "__main__":
    main()
