import os

from django.core.wsgi import get_wsgi_application

from petition import startup
from petition.badinput import readable_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "petition.settings")
application = readable_content_type(get_wsgi_application())
startup.check_web()
