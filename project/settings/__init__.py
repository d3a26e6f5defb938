"""Every setting, one file for each thing that can be set; the URLs in the environment choose the profile."""

from project.settings.applications import *
from project.settings.broker import *
from project.settings.console import *
from project.settings.database import *
from project.settings.environment import *
from project.settings.logs import *
from project.settings.mail import *
from project.settings.release import *
from project.settings.web import *
