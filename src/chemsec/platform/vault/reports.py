"""What error reports may say: not a value of any variable, nor of what was sent."""

from types import FrameType

from django.http import HttpRequest, QueryDict
from django.views.debug import SafeExceptionReporterFilter


class NamesOnly(SafeExceptionReporterFilter):
    """Reports name variables and fields of forms without their values, whatever the view forgot to mark."""

    def get_post_parameters(self, request: HttpRequest | None):
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        names = QueryDict(mutable=True)
        names.update(dict.fromkeys(request.POST, self.cleansed_substitute))
        return names

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType):
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
