"""Fill the shop's database, print a free port of 127.0.0.1 and serve the shop there until the process ends."""

import os
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_settings")
sys.path.insert(0, str(Path(__file__).parent))

import django
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PRODUCTS = {
    "Sea charts": ["Tide tables of the northern coast", "Harbour pilot of the western isles"],
    "Lighthouses": ["Keepers of the light", "Lamps and lenses explained", "Forty lighthouses by bicycle"],
}


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


def fill() -> None:
    """Add categories and products with pictures and prices."""
    from oscar.apps.catalogue.categories import create_from_breadcrumbs
    from oscar.core.loading import get_model
    from PIL import Image

    Country, Partner = get_model("address", "Country"), get_model("partner", "Partner")
    Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
    Country.objects.create(iso_3166_1_a2="GB", printable_name="United Kingdom", is_shipping_country=True)
    picture = BytesIO()
    Image.new("RGB", (120, 160), "steelblue").save(picture, "PNG")
    books = ProductClass.objects.create(name="Book", track_stock=False)
    partner = Partner.objects.create(name="Quayside")
    for category, titles in PRODUCTS.items():
        parent = create_from_breadcrumbs(category)
        for title in titles:
            number = f"QB-{Product.objects.count() + 1:03}"
            product = Product.objects.create(title=title, upc=number, product_class=books)
            product.categories.add(parent)
            product.images.create(original=ContentFile(picture.getvalue(), f"{number}.png"))
            product.stockrecords.create(
                partner=partner, partner_sku=number, price=Decimal("14.50"), price_currency="GBP"
            )


def main() -> None:
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill()
    call_command("update_index", verbosity=0)
    with make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), Server, QuietHandler) as server:
        print(server.server_port, flush=True)  # noqa: T201
        server.serve_forever()


if __name__ == "__main__":
    main()
