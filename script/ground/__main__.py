"""What stands behind script/setup, script/run, script/test, script/bench and script/audit. Standard library only."""

import sys

sys.dont_write_bytecode = True


def main() -> int:
    """Hand over to the command named first."""
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "setup":
        import setting_up as room
    elif command == "run":
        import running as room
    elif command == "test":
        import testing as room
    elif command == "bench":
        import benching as room
    else:
        import auditing as room
    from machine import Trouble

    try:
        return room.main(arguments)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 2
    except PermissionError as error:
        print(
            f"\n{error.filename} belongs to somebody else. Run this as its owner, or in a clone of yours.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
