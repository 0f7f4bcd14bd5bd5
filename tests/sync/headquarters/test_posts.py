"""Posts at headquarters: each name once, and what stands and works there."""

import pytest

from data.errors import InputError
from sync.headquarters import posts
from sync.headquarters.posts import PostSummary, add_post
from sync.headquarters.store.staff_table import Post
from tests.support.deployment import Deployment
from tests.sync.support.posts import make_posts, stand_at


def test_a_post_knows_its_people_and_kits(deployment: Deployment) -> None:
    make_posts(deployment)
    deployment.kit()
    stand_at(deployment, "north")
    posts.set_duress(deployment.hq, Post("harbour", has_duress=False))
    assert posts.list_posts(deployment.hq) == (
        PostSummary("harbour", has_duress=False, people=1, kits=()),
        PostSummary("north", has_duress=False, people=2, kits=("post-1",)),
    )


@pytest.mark.parametrize("name", ["", "  ", "a\nb\x07", "x" * 61, "North;Gate", "NORTH ", "ｎorth"])
def test_a_name_that_cannot_be_or_is_like_another_is_refused(deployment: Deployment, name: str) -> None:
    assert add_post(deployment.hq, Post(" North ", has_duress=False)) == "North"
    with pytest.raises(InputError):
        add_post(deployment.hq, Post(name, has_duress=False))
    assert [post.name for post in posts.list_posts(deployment.hq)] == ["North"]


def test_only_a_known_post_is_changed(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="no post called south"):
        posts.set_duress(deployment.hq, Post("south", has_duress=True))
