"""NWB files that PyNWB writes, with whatever its schema has of links, references and tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from hdmf.build import BuildManager
from pynwb import NWBHDF5IO, H5DataIO, NWBFile, TimeSeries, get_type_map
from pynwb.ecephys import ElectricalSeries
from pynwb.ophys import ImageSegmentation, OpticalChannel
from pynwb.spec import NWBAttributeSpec, NWBGroupSpec, NWBNamespaceBuilder

START = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def new_file(identifier: str = "first") -> NWBFile:
    return NWBFile(
        session_description="a session",
        identifier=identifier,
        session_start_time=START,
        experimenter=["Ä. B.", "C. D."],
        keywords=["one", "two"],
    )


def write_nwb(path: Path) -> None:
    """One file with everything."""
    nwb = new_file()
    _add_series(nwb)
    _add_electrodes(nwb)
    _add_trials(nwb)
    _add_segmentation(nwb)
    with NWBHDF5IO(path, "w") as io:
        io.write(nwb)


def _add_series(nwb: NWBFile) -> None:
    rows = np.arange(1200, dtype="i2").reshape(300, 4)
    data = H5DataIO(rows, chunks=(100, 4), compression="gzip", shuffle=True, fletcher32=True)
    first = TimeSeries(name="first", data=data, unit="V", timestamps=np.arange(300) / 10)
    nwb.add_acquisition(first)
    nwb.add_acquisition(TimeSeries(name="times", data=np.ones(300), unit="m", timestamps=first))
    nwb.add_acquisition(TimeSeries(name="values", data=first, unit="V", rate=20.0))
    noise = np.random.default_rng(1).integers(0, 1 << 15, (16384, 2), "i2")
    nwb.add_acquisition(TimeSeries(name="noise", data=noise, unit="V", rate=1.0))
    nwb.add_acquisition(TimeSeries(name="text", data=["é", "", "xyz"], unit="n/a", rate=1.0))
    nwb.add_acquisition(TimeSeries(name="flags", data=[True, False], unit="n/a", rate=1.0))


def _add_electrodes(nwb: NWBFile) -> None:
    probe = nwb.create_device(name="probe")
    shank = nwb.create_electrode_group(name="shank", description="d", location="CA1", device=probe)
    for i in range(4):
        nwb.add_electrode(x=float(i), location="CA1", group=shank)
    region = nwb.create_electrode_table_region(region=[0, 2], description="two of them")
    data = np.arange(40, dtype=">f4").reshape(20, 2)
    nwb.add_acquisition(ElectricalSeries(name="raw", data=data, electrodes=region, rate=30.0))
    nwb.add_unit_column(name="quality", description="how good")
    for i in range(3):
        nwb.add_unit(spike_times=np.arange(i + 1) / 2, quality=f"q{i}", electrodes=[0, i])


def _add_trials(nwb: NWBFile) -> None:
    series = nwb.acquisition["first"], nwb.acquisition["raw"]
    nwb.add_trial_column(name="note", description="of the observer")
    for i in range(3):
        nwb.add_trial(
            start_time=float(i), stop_time=i + 0.5, note=f"ß{i}", timeseries=series, tags=["t"]
        )


def _add_segmentation(nwb: NWBFile) -> None:
    channel = OpticalChannel(name="channel", description="d", emission_lambda=500.0)
    plane = nwb.create_imaging_plane(
        name="plane",
        optical_channel=channel,
        description="d",
        device=nwb.devices["probe"],
        excitation_lambda=600.0,
        indicator="GFP",
        location="V1",
        imaging_rate=30.0,
    )
    module = nwb.create_processing_module(name="ophys", description="d")
    segmentation = ImageSegmentation()
    module.add(segmentation)
    table = segmentation.create_plane_segmentation(
        name="cells", description="d", imaging_plane=plane, reference_images=None
    )
    for i in range(3):
        table.add_roi(pixel_mask=[(j, j + 1, 0.5) for j in range(i + 1)])


def write_linked(path: Path, target: Path) -> None:
    """A file whose series are those of the file `target`, in two ways."""
    with NWBHDF5IO(target, "r") as other, NWBHDF5IO(path, "w", manager=other.manager) as io:
        theirs = other.read().acquisition
        nwb = new_file("second")
        data = theirs["first"].data
        nwb.add_acquisition(TimeSeries(name="mine", data=data, unit="V", rate=1.0))
        nwb.add_scratch(theirs["raw"])
        io.write(nwb)


def extended_types(folder: Path) -> Any:
    """A TypeMap with a type that PyNWB does not know."""
    builder = NWBNamespaceBuilder(doc="an extension", name="ndx-example", version="0.1.0")
    builder.include_type("TimeSeries", namespace="core")
    attribute = NWBAttributeSpec(name="gain", doc="of the amplifier", dtype="float32")
    builder.add_spec(
        "example.extensions.yaml",
        NWBGroupSpec(
            doc="a series with a gain",
            neurodata_type_def="GainSeries",
            neurodata_type_inc="TimeSeries",
            attributes=[attribute],
        ),
    )
    builder.export("example.namespace.yaml", outdir=str(folder))
    types = get_type_map()
    types.load_namespaces(str(folder / "example.namespace.yaml"))
    return types


def write_extended(path: Path, types: Any) -> None:
    """A file with an object of that type."""
    series = types.get_dt_container_cls("GainSeries", "ndx-example")
    nwb = new_file("third")
    nwb.add_acquisition(series(name="it", data=[1, 2], unit="V", rate=1.0, gain=2.5))
    with NWBHDF5IO(path, "w", manager=BuildManager(types)) as io:
        io.write(nwb)
