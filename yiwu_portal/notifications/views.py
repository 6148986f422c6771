"""A user's inbox."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwu_portal.notifications.actions import notice_prefer as prefer
from yiwu_portal.notifications.actions import notice_read as read
from yiwu_portal.notifications.actions import notice_read_all as read_all
from yiwu_portal.notifications.forms import NoticePreferForm
from yiwu_portal.notifications.queries import inbox, unread_count, unwanted
from yiwu_portal.web.service import go, page

PAGE_LENGTH = 20


@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """Everything the user was told, newest first."""
    notices = Paginator(inbox(request.user), PAGE_LENGTH).get_page(request.GET.get("page"))
    return page(request, "notifications/notice_list.html", {"notices": notices, "unread": unread_count(request.user)})


@login_required
def notice_show(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice; another user's is not there."""
    notice = inbox(request.user).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    return page(request, "notifications/notice_show.html", {"notice": notice})


@login_required
@require_POST
def notice_read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open a notice: mark it read and show it."""
    notice = read(by=request.user, notice_id=notice_id)
    if notice is None:
        raise Http404
    return go(request, "notice_show", notice.pk)


@login_required
@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark the whole inbox as read."""
    read_all(by=request.user)
    return go(request, "notice_list")


@login_required
def notice_prefer(request: HttpRequest) -> HttpResponse:
    """Choose which optional notices leave the house."""
    form = NoticePreferForm(request.POST if request.method == "POST" else None, unwanted=unwanted(request.user))
    if request.method == "POST" and form.is_valid():
        prefer(by=request.user, wanted=form.chosen)
        messages.success(request, _("Your choice was saved."))
        return go(request, "notice_prefer")
    return page(request, "notifications/notice_prefer.html", {"form": form})
