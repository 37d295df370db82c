"""The layout of CelebA: aligned images and the list of identities, in a .zip archive or an unpacked folder."""

from collections.abc import Iterator
from pathlib import Path

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.files import digest
from stackrepro.data import fingerprints
from stackrepro.data.catalogue import Catalogue, indexed
from stackrepro.data.lists import image_path, parse_list
from stackrepro.data.zips import names_in_zip, read_zip

NAME = "CelebA"
ARCHIVE = "img_align_celeba.zip"
FOLDER = "img_align_celeba"
IDENTITIES = "identity_CelebA.txt"
OFFICIAL_MD5 = {  # as torchvision.datasets.CelebA lists them; no other hash is published
    ARCHIVE: "00d2c5bc6d35e252742224ab0c1e8fcb",
    IDENTITIES: "32bd1bd63d3c78cd57e08160ec5ed1e2",
}
SOURCE = f"get {ARCHIVE} and {IDENTITIES} from the page of CelebA's authors"
REMEDY = f"{SOURCE} and put both there"


def locate(root: Path) -> Path:
    """Return what holds the faces: an archive, or the folder in which `img_align_celeba/` lies.

    Of several archives without the official name the one with the most faces is taken.

    Args:
        root: the data root, the folder `img_align_celeba` in it, or an archive itself.

    Raises:
        AbsentError: nothing holds faces.
        UserError: archives are there, but damaged.
    """
    if root.is_file() and root.suffix == ".zip" and _faces_in(root):
        return root
    if (root / ARCHIVE).is_file():  # first, since it alone can be proved official
        return root / ARCHIVE
    for folder in (root, root.parent) if root.name == FOLDER else (root,):
        if (folder / FOLDER).is_dir():
            return folder
    if archives := _archives_in(root):
        return max(archives, key=archives.__getitem__)
    raise AbsentError(
        f"{root} holds no faces, neither {ARCHIVE} nor the unpacked folder {FOLDER} nor another .zip archive with that "
        f"folder: {SOURCE}, or name no data root to use the synthetic faces."
    )


def fingerprint(path: Path) -> str:
    """Return 64 hexadecimal digits that identify images and identities.

    Of an archive that holds its own identities that is its SHA-256, else a digest.
    """
    beside = _identities_beside(path)
    if path.is_dir():
        return fingerprints.of_folder([beside] if beside else [], path / FOLDER)
    archive = fingerprints.of_archive(path)
    return digest([archive, fingerprints.of_archive(beside)]) if beside else archive


def is_official(path: Path) -> bool:
    """Say whether this is the official archive with the official list beside it, by their MD5."""
    return path.name == ARCHIVE and all(
        file.is_file() and fingerprints.of_archive(file, "md5") == OFFICIAL_MD5[file.name]
        for file in (path, path.parent / IDENTITIES)
    )


def read_catalogue(path: Path) -> Catalogue:
    """Read the list of identities, which lies in the archive, beside it, or in the folder; images are in its order.

    Raises:
        UserError: the list is absent, has a malformed line, or names an image twice.
    """
    entries = parse_list(path, IDENTITIES, _identities(path), image_path, int)
    return Catalogue(tuple(entries), identities=tuple(entries.values()))


def read_images(path: Path, catalogue: Catalogue) -> Iterator[tuple[int, bytes]]:
    """Yield the index in the catalogue and the file's bytes of each image, in whatever order they are stored.

    Raises:
        UserError: at the end, if images of the catalogue are absent; it names the first five.
    """
    index_of = {f"{FOLDER}/{name}": index for index, name in enumerate(catalogue.names)}
    if path.is_dir():
        files = ((name, (path / name).read_bytes()) for name in index_of if (path / name).is_file())
    else:
        files = read_zip(path, index_of)
    yield from indexed(files, index_of, path, IDENTITIES)


def _identities_beside(path: Path) -> Path | None:
    """Return the list that lies beside the folder or the archive of that name; another archive holds its own."""
    beside = (path if path.is_dir() else path.parent) / IDENTITIES
    return beside if (path.is_dir() or path.name == ARCHIVE) and beside.is_file() else None


def _identities(path: Path) -> bytes:
    if beside := _identities_beside(path):
        return beside.read_bytes()
    if path.is_file():
        for _, content in read_zip(path, {IDENTITIES}):
            return content
    place = f"beside {FOLDER}" if path.is_dir() or path.name == ARCHIVE else "into the archive"
    raise UserError(
        f"{path} comes without {IDENTITIES}, which tells which faces are the same person's: put that list {place}."
    )


def _archives_in(root: Path) -> dict[Path, int]:
    """Return how many faces each .zip archive holds; complain of a damaged one only if there is no sound one."""
    found, complaints = {}, []
    for path in sorted(root.glob("*.zip")):
        try:
            if faces := _faces_in(path):
                found[path] = faces
        except UserError as error:
            complaints.append(error)
    if complaints and not found:
        raise complaints[0]
    return found


def _faces_in(path: Path) -> int:
    return sum(name.startswith(f"{FOLDER}/") for name in names_in_zip(path))
