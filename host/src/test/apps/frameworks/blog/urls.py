from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path, re_path

from posts import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.posts),
    path("add", views.add),
    path("posts/<int:number>", views.one),
    path("summary", views.summary),
    path("visits", views.visits),
    path("upload", views.upload),
    path("stream", views.stream),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]
