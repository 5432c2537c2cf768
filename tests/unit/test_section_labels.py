"""Where the benchmark believes the borders of human labels to lie."""

import numpy as np
from benchmarks.accuracy.labels import labels_in, lags_of

TUNE = np.array([(beat, 60 + (5 * beat) % 12) for beat in range(4, 100)], float)


def test_labels_follow_a_file_that_begins_late_and_gains_two_beats_on_its_way():
    played = TUNE + np.array([3, 12])
    played[50:, 0] += 2
    assert lags_of(TUNE, played).tolist() == [3] * 50 + [5] * 46


def test_a_note_the_file_leaves_out_moves_nothing():
    assert (lags_of(TUNE, np.delete(TUNE, [7, 8, 40], axis=0)) == 0).all()


def test_labels_that_run_past_the_end_of_the_song_are_left_for_the_second_ones(tmp_path):
    lines = ["0 16", *(f"{pitch:.0f} 4" for _, pitch in TUNE)]
    (tmp_path / "melody.txt").write_text("\n".join(lines))
    (tmp_path / "human_label1.txt").write_text("i4A86b16\n")
    (tmp_path / "human_label2.txt").write_text("i4A8b13\n")
    edges, letters = labels_in(tmp_path, 4, TUNE, 100)
    assert (edges.tolist(), letters) == ([0, 16, 48, 100], ["i", "A", "b"])
