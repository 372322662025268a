from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Sum
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from posts.models import Author, Post


def posts(request):
    found = Post.objects.select_related("author").order_by("title")
    return render(request, "posts.html", {"heading": "Posts & more", "posts": found})


@csrf_exempt
@require_POST
def add(request):
    with transaction.atomic():
        author, _ = Author.objects.get_or_create(name=request.POST["author"])
        post = Post.objects.create(title=request.POST["title"], author=author, words=int(request.POST["words"]))
    return JsonResponse({"id": post.id}, status=201)


def one(request, number):
    post = get_object_or_404(Post, pk=number)
    return JsonResponse({"title": post.title, "author": post.author.name})


def summary(request):
    authors = Author.objects.annotate(number=Count("posts"), words=Sum("posts__words")).order_by("name")
    return JsonResponse({a.name: [a.number, a.words] for a in authors})


def visits(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    cache.set("last", request.session["visits"])
    return JsonResponse({"visits": request.session["visits"], "cached": cache.get("last")})


@csrf_exempt
def upload(request):
    file = request.FILES["file"]
    return JsonResponse({"name": file.name, "size": file.size, "start": file.read(3).decode()})


def stream(request):
    return StreamingHttpResponse((f"part {n}\n" for n in range(3)), content_type="text/plain")
