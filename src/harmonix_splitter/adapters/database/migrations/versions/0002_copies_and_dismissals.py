"""How long a copy is that the library knows as a recording; who took a job that several asked for off their list"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recording_sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duration", sa.Float(), nullable=True))

    op.create_table(
        "job_dismissals",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_job_dismissals_job_id_jobs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_job_dismissals_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "user_id", name=op.f("pk_job_dismissals")),
    )
    with op.batch_alter_table("job_dismissals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_dismissals_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("job_dismissals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_dismissals_user_id"))

    op.drop_table("job_dismissals")
    with op.batch_alter_table("recording_sources", schema=None) as batch_op:
        batch_op.drop_column("duration")
