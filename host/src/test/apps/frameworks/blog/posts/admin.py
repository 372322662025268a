from django.contrib import admin

from posts.models import Author, Post

admin.site.register(Author)


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "words"]
    search_fields = ["title"]
