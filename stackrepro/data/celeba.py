"""The layout of CelebA: aligned images and the list of identities, in a .zip archive or an unpacked folder."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.files import digest
from stackrepro.data.archives import hash_of_archive, hash_of_folder, names_in_archive
from stackrepro.data.catalogue import Catalogue, held, image_path, indexed_images, parse_list, read_files

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


def locate(root: Path, deeper: bool = True) -> Path:
    """Return what holds the faces: an archive, or the folder in which `img_align_celeba/` with the images lies.

    Of several archives without the official name the one with the most faces is taken.

    Args:
        root: the data root, the folder `img_align_celeba` in it, or an archive itself.
        deeper: look in the folders of `root` too, up to three deep.

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
            return _innermost(folder)
    if archives := _archives_in(root):
        return max(archives, key=archives.__getitem__)
    for below in ("*", "*/*", "*/*/*") if deeper else ():
        for name in (ARCHIVE, FOLDER):
            for found in sorted(root.glob(f"{below}/{name}")):
                return found if found.is_file() else _innermost(found.parent)
    raise AbsentError(
        f"{root} holds no faces, neither {ARCHIVE} nor the unpacked folder {FOLDER} nor another .zip archive with that "
        f"folder, but {held(root)}: {SOURCE}, or name no data root to use the synthetic faces."
    )


def fingerprint(path: Path) -> str:
    """Return 64 hexadecimal digits that identify images and identities.

    Of an archive that holds its own identities that is its SHA-256, else a digest.
    """
    beside = _identities_beside(path)
    if path.is_file():
        return digest([hash_of_archive(path), hash_of_archive(beside)]) if beside else hash_of_archive(path)
    images = hash_of_folder(path, (f"{FOLDER}/{name}" for name in read_catalogue(path).names))
    return digest([images, hash_of_archive(beside)])


def is_official(path: Path) -> bool:
    """Say whether this is the official archive with the official list beside it, by their MD5."""
    if path.name != ARCHIVE or not (beside := _identities_beside(path)):
        return False
    return all(hash_of_archive(file, "md5") == OFFICIAL_MD5[file.name] for file in (path, beside))


def read_catalogue(path: Path) -> Catalogue:
    """Read the list of identities, which lies in the archive, beside it, or in the folder; images are in its order.

    Raises:
        UserError: the list is absent, has a malformed line, or names an image twice.
    """
    beside = _identities_beside(path)
    content = beside.read_bytes() if beside else dict(read_files(path, (IDENTITIES,), FOLDER)).get(IDENTITIES)
    if content is None:
        raise UserError(
            f"{path} holds faces, but comes without {IDENTITIES}, which tells which of them are the same person's "
            f"(the CSV lists of Kaggle's copy don't): put that list beside {FOLDER}, or into the archive."
        )
    entries = parse_list(path, IDENTITIES, content, image_path, int)
    return Catalogue(tuple(entries), identities=tuple(entries.values()))


def read_images(path: Path, catalogue: Catalogue) -> Iterator[tuple[int, bytes]]:
    """Yield index and bytes of each image file, see `indexed_images`."""
    return indexed_images(path, catalogue, FOLDER, IDENTITIES)


def _innermost(folder: Path) -> Path:
    """Return the folder that holds the folder of the images itself, which some copies wrap in one of its own name."""
    while (folder / FOLDER / FOLDER).is_dir():
        folder = folder / FOLDER
    return folder


def _identities_beside(path: Path) -> Path | None:
    """Return the list that lies beside the images; an archive with another name may hold its own, which goes first.

    It is looked for in the folder, the one above, and the `Anno` folders there, where CelebA's authors have it.
    """
    names = names_in_archive(path) if path.is_file() and path.name != ARCHIVE else []
    if any(PurePosixPath(name).name == IDENTITIES for name in names):
        return None
    folder = path if path.is_dir() else path.parent
    places = (folder, folder / "Anno", folder.parent, folder.parent / "Anno")
    return next((place / IDENTITIES for place in places if (place / IDENTITIES).is_file()), None)


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
    return sum(f"/{FOLDER}/" in f"/{name}" for name in names_in_archive(path))
