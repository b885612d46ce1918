"""The kernel *Python 3 (Funicular)*: ipykernel with our extension loaded."""

from __future__ import annotations

from ipykernel.kernelapp import IPKernelApp


class FunicularKernelApp(IPKernelApp):
    """ipykernel's own launcher; the user's configuration counts as it does there."""

    default_extensions = ["storemagic", "funicular"]


def main() -> None:
    """Serve one kernel until it is told to end."""
    FunicularKernelApp.launch_instance()


if __name__ == "__main__":
    main()
