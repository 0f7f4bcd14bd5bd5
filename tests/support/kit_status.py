"""What headquarters says of a kit, put into its vault by hand."""

from data.json_codec import encode_canonical
from data.kit.headquarters_word import STATUS, KitStatus
from data.kit.home import KitHome


def save_status(home: KitHome, status: KitStatus) -> None:
    """Keep what headquarters said of this kit."""
    home.vault.put({STATUS: encode_canonical(status)})
