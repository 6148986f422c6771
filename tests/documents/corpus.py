"""The attack corpus, built in code: each builder returns the bytes of one file (OWASP file upload, ASVS 5.x)."""

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageFilter

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NO_PAGES = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
NO_PAGES += b"2 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\n"


def saved(image, form, **options):
    sink = io.BytesIO()
    image.save(sink, form, **options)
    return sink.getvalue()


def paper(width=1000, height=1400, ground=250, ink=20, blur=0):
    """A photo of a page of writing."""
    image = Image.new("RGB", (width, height), (ground,) * 3)
    draw = ImageDraw.Draw(image)
    for row in range(40, height - 40, 36):
        for column in range(40, width - 60, 26):
            draw.rectangle((column, row, column + (row * column) % 17 + 3, row + 16), fill=(ink,) * 3)
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def jpeg(**options):
    return saved(paper(**options), "JPEG", quality=85)


def png(**options):
    return saved(paper(**options), "PNG")


def jpeg_with_gps():
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # held upright: turn by 90 degrees
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 18.0, 24.0), 3: "E", 4: (120.0, 4.0, 30.0)})
    return saved(paper(1200, 900), "JPEG", exif=exif)


def jpeg_truncated():
    return jpeg()[:-9000]


def png_claiming(width, height):
    """A PNG of a few kB whose header promises far more pixels."""

    def chunk(kind, data):
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    header = struct.pack("!LLBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 500)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def apng():
    frames = [Image.new("RGB", (700, 700), color) for color in ("red", "white", "blue")]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def mpo():
    return saved(paper(), "MPO", save_all=True, append_images=[paper(700, 700)])


def tiff_many():
    frames = [Image.new("1", (8, 8)) for _ in range(500)]
    return saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])


def gif_js():
    return b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//"


def png_html():
    return png() + b"<html><script>alert(1)</script></html>"


def svg():
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def zipped(data=EICAR, name="eicar.com"):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return sink.getvalue()


def zip_bomb():
    return zipped(b"\0" * 50_000_000, "zeros")


def pdf(change=None, pages=1, **save):
    """A PDF of blank pages, changed by `change(pdf)`."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    if change:
        change(made)
    sink = io.BytesIO()
    made.save(sink, **(save or {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}))
    return sink.getvalue()


def _action(kind, **more):
    return Dictionary(S=Name(kind), **more)


def _annotation(made, annotation):
    made.pages[0].obj.Annots = made.make_indirect(Array([made.make_indirect(annotation)]))


def pdf_javascript():
    def change(made):
        script = Dictionary(Names=Array([String("a"), _action("/JavaScript", JS=String("app.alert(1)"))]))
        made.Root.Names = Dictionary(JavaScript=script)

    return pdf(change)


def pdf_javascript_escaped():
    """The same, its name written with escapes."""
    plain = pdf(lambda made: setattr(made.Root, "Marker", Dictionary(Xabc=String("app.alert(1)"))))
    return plain.replace(b"/Xabc", b"/#4aS")


def pdf_open_action():
    return pdf(lambda made: setattr(made.Root, "OpenAction", _action("/JavaScript", JS=String("app.alert(1)"))))


def pdf_open_uri():
    return pdf(lambda made: setattr(made.Root, "OpenAction", _action("/URI", URI=String("https://evil.example"))))


def pdf_open_goto():
    """What every word processor writes: open at the first page. Harmless."""
    return pdf(lambda made: setattr(made.Root, "OpenAction", Array([made.pages[0].obj, Name.Fit])))


def pdf_page_action():
    return pdf(lambda made: setattr(made.pages[0].obj, "AA", Dictionary(O=_action("/Named", N=Name.NextPage))))


def pdf_launch():
    launch = _action("/Launch", F=String("cmd.exe"))
    return pdf(lambda made: _annotation(made, Dictionary(Type=Name.Annot, Subtype=Name.Link, A=launch)))


def pdf_uri():
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.A = _action("/URI", URI=String("https://evil.example/track"))
    return pdf(lambda made: _annotation(made, link))


def pdf_uri_chain():
    """A jump inside the document, then a list of further actions, one of which leads outside."""
    further = Array([_action("/URI", URI=String("https://evil.example/track"))])
    jump = _action("/Named", N=Name.NextPage, Next=further)
    return pdf(lambda made: _annotation(made, Dictionary(Type=Name.Annot, Subtype=Name.Link, A=jump)))


def pdf_rich_media():
    return pdf(lambda made: _annotation(made, Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)))


def pdf_attachment(data=EICAR):
    return pdf(lambda made: made.attachments.__setitem__("eicar.com", data))


def pdf_xfa():
    return pdf(lambda made: setattr(made.Root, "AcroForm", Dictionary(XFA=made.make_stream(b"<xdp/>"))))


def pdf_encrypted(owner="owner", user="user"):
    return pdf(encryption=pikepdf.Encryption(owner=owner, user=user))


def pdf_external_stream():
    def change(made):
        stream = made.make_stream(b"")
        stream.F = String("/etc/passwd")
        made.pages[0].obj.Contents = stream

    return pdf(change)


def pdf_bomb():
    """300 MB of page program in 300 kB."""

    def change(made):
        made.pages[0].obj.Contents = pikepdf.Stream(made, zlib.compress(b" " * 300_000_000, 9), Filter=Name.FlateDecode)

    return pdf(change)


def pdf_bomb_twice():
    def change(made):
        data = zlib.compress(zlib.compress(b" " * 100_000_000, 9), 9)
        made.pages[0].obj.Contents = pikepdf.Stream(made, data, Filter=Array([Name.FlateDecode, Name.FlateDecode]))

    return pdf(change)


def pdf_zip():
    """Both a PDF and, from its end, a zip archive."""
    return pdf() + zipped()


def pdf_with_photo():
    """A scanned page whose picture knows where it was taken."""

    def change(made):
        data = jpeg_with_gps()
        photo = pikepdf.Stream(made, data, Type=Name.XObject, Subtype=Name.Image, Width=1200, Height=900)
        photo.ColorSpace, photo.BitsPerComponent, photo.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=made.make_indirect(photo)))
        made.pages[0].obj.Contents = made.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")

    return pdf(change)


def pdf_named():
    """A PDF that says who wrote it."""

    def change(made):
        made.docinfo["/Author"] = "Boris Petrov"
        with made.open_metadata() as metadata:
            metadata["dc:creator"] = ["Boris Petrov"]

    return pdf(change)


def pdf_circular():
    """Its table of references says that the one before it is itself, and its page tree holds itself."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    second = len(body)
    body += b"2 0 obj\n<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>\nendobj\n"
    start = len(body)
    table = b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n%010d 00000 n \n" % second
    return body + table + b"trailer\n<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (start, start)


def pdf_huge_table():
    """A reference stream that promises 2^31 objects."""
    packed = zlib.compress(b"\1\0\0\0\0\0\0" * 5_000_000, 9)
    head = b"3 0 obj\n<</Type/XRef/Size 2147483647/Index[0 2147483647]/W[1 4 2]/Root 1 0 R/Filter/FlateDecode"
    head += b"/Length %d>>\nstream\n" % len(packed)
    return NO_PAGES + head + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(NO_PAGES)


def pdf_many_objects():
    body = [NO_PAGES, *(b"%d 0 obj\n1\nendobj\n" % number for number in range(3, 400_000))]
    return b"".join(body) + b"trailer\n<</Size 400000/Root 1 0 R>>\nstartxref\n0\n%%EOF"


def pdf_deep():
    """Arrays in arrays, 100,000 deep."""
    return pdf(lambda made: setattr(made.Root, "Marker", String("here"))).replace(b"(here)", b"[" * 100_000)
