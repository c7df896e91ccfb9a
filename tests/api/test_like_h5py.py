"""Expressions that give in purehdf what they give in h5py, a value or an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from .side_by_side import agree

MAPPINGS = """
list(f)
list(f.keys())
list(f['plants'].items())
dict(f.get('plants').items())
len(f)
len(f['plants'])
list(f['plants'])
list(f['plants/fern'])
list(f['plants'].values())
dict(f['plants/fern'].items())
list(reversed(list(f['plants'])))
list(reversed(f['plants']))
list(reversed(f['plants'].keys()))
list(reversed(f['plants'].values()))
list(reversed(f['plants'].items()))
f['plants'].keys() & {'fern', 'tree'}
f['plants'] in f.values()
f['plants/fern'] in f.values()
('plants', f['plants']) in f.items()
('plants', f['grid']) in f.items()
('no', f['grid']) in f.items()
bool(f['plants'].id)
bool(f['kind'].id.valid)
f['plants'].id == f['plants'].id
f['grid'].id == f['/grid'].id
f['grid'].id == f['plants'].id
f['grid'].id == 3
len({f['grid'].id, f['grid'].id, f['plants'].id})
isinstance(f['grid'], h5.HLObject)
isinstance(f, h5.HLObject)
isinstance(f.attrs, h5.HLObject)
f.swmr_mode
f.driver
f.flush()
f['kind'].id.get_class()
f['kind'].id.dtype
f['kind'].id == f['kind'].id
f['kind'].id == f['grid'].id
f['kind'].id == f['grid'].id.get_type()
f['kind'].id == f['references'].id.get_type()
f['grid'].id.get_type().equal(f['kind'].id)
len({f['kind'].id, f['kind'].id})
f['table'].id.get_type().get_class()
f['bits'].id.get_type().get_class()
f['references'].id.get_type().get_class()
f['plants/names'].id.get_type().get_class()
f['plants/fixed'].id.get_type().get_class()
f['plants/fern/height'].id.get_type().get_class()
f['plants'].flush()
f['grid'].flush()
f['grid'].refresh()
h5.is_hdf5(f.filename)
h5.is_hdf5(f.filename + ' is not there')
h5.is_hdf5('.')
len(f['plants'].keys())
len(f['plants'].values())
'fern' in f['plants'].keys()
bool(f)
bool(f['plants'])
f['plants']
f['/plants']
f['plants/']
f['//plants///fern/']
f['plants/./fern']
f['.']
f['/']
f['plants/fern/height']
f['plants']['/grid']
f['plants/fern/home/grid']
f['plants/über']
f[b'plants']
f['plants'][b'fern']
f['again/height']
f['kind']
f['missing']
f['plants/missing']
f['grid/missing']
f['plants/fern/missing/leaf']
f['']
f[0]
f[None]
f[1.5]
f['soft']
f['soft/height']
f['relative']
f['plants/fern/near/vein']
f['dangling']
f['loop']
f['elsewhere']
"""

MEMBERSHIP = """
'plants' in f
'/plants' in f
'plants/fern' in f
'plants/fern/height' in f
'plants/missing' in f
'missing' in f
'missing/deeper' in f
b'plants' in f
'grid' in f['plants']
'/grid' in f['plants']
'soft' in f
'soft/height' in f
'dangling' in f
'elsewhere' in f
'/' in f
'.' in f
'grid/x' in f
"""

GETTING = """
f.get('plants')
f.get('missing')
f.get('missing', 5)
f.get('plants/missing', 'x')
f.get('dangling', 'x')
f.get('soft')
f.get('plants', getclass=True)
f.get('grid', getclass=True)
f.get('kind', getclass=True)
f.get('soft', getclass=True)
f.get('missing', getclass=True)
f.get('missing', 5, getclass=True)
f.get('plants', getlink=True)
f.get('soft', getlink=True)
f.get('relative', getlink=True)
f.get('dangling', getlink=True)
f.get('elsewhere', getlink=True)
f.get('plants/fern/near', getlink=True)
f.get('plants/missing', getlink=True)
f.get('missing', 5, getlink=True)
f.get('plants', getlink=True, getclass=True)
f.get('soft', getlink=True, getclass=True)
f.get('elsewhere', getlink=True, getclass=True)
f.get('missing', 5, getlink=True, getclass=True)
"""

NAMES = """
f.name
f['plants'].name
f['plants/fern'].name
f['again'].name
f['again']['height'].name
f['/plants//fern/./leaf'].name
f['soft'].name
f['plants/fern/near'].name
f['plants/fern/home'].name
f['kind'].name
f['plants'].parent
f['plants/fern/height'].parent
f['again/height'].parent
f.parent
f['plants'].file
f['plants/fern/height'].file == f
f['plants'].parent == f
f['plants'].file.mode
f.mode
f.userblock_size
"""

IDENTITY = """
f['plants'] == f['plants']
f['plants'] == f['plants/fern']
f['plants'] != f['plants/fern']
f['again'] == f['plants/fern']
f['soft'] == f['plants/fern']
f['plants'] == 'plants'
f['grid'] == f['grid']
f == f['/']
f['/'] == f
f['plants/fern/home'] == f
hash(f['again']) == hash(f['plants/fern'])
hash(f) == hash(f['/'])
len({f['again'], f['plants/fern'], f['soft']})
isinstance(f, h5.Group)
isinstance(f['/'], h5.Group)
isinstance(f['plants'], h5.File)
isinstance(f['grid'], h5.Dataset)
isinstance(f['kind'], h5.Datatype)
"""

REFERENCES = """
f[f['references'][0]]
f[f['references'][1]]
f[f['references'][2]]
f[f['references'][3]]
f[f.attrs['main']]
f['plants'][f.attrs['main']]
f[f['references'][0]] == f['plants/fern']
f[f['references'][1]][0, :3]
[bool(reference) for reference in f['references']]
f['references'].dtype
f['references'][:].shape
type(f['references'][0]).__name__
h5.check_ref_dtype(f['references'].dtype).__name__
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize(
    "expression",
    lines(MAPPINGS) + lines(MEMBERSHIP) + lines(GETTING) + lines(NAMES) + lines(IDENTITY)
    + lines(REFERENCES),
)  # fmt: skip
def test_groups_and_links(path: Path, expression: str) -> None:
    agree(path, expression)


DATASETS = """
{n: f[p].shape for n, p in enumerate(['grid', 'plants/moss', 'plants/nothing', 'table'])}
f['plants/empty'].shape
f['plants/empty'].size
f['plants/empty'][()]
f['plants/empty'][...]
f['plants/empty'][0]
len(f['plants/empty'])
(f['grid'].ndim, f['grid'].size, f['grid'].nbytes, f['grid'].dtype.str)
(f['plants/moss'].ndim, f['plants/moss'].size, f['plants/moss'].maxshape)
(f['grid'].chunks, f['grid'].maxshape, f['plants/moss'].chunks)
(f['grid'].compression, f['grid'].compression_opts, f['grid'].shuffle, f['grid'].fletcher32)
(f['sparse'].compression, f['sparse'].compression_opts, f['sparse'].scaleoffset)
f['grid'].fillvalue
f['sparse'].fillvalue
f['table'].fillvalue
f['plants/names'].fillvalue
f['plants/fixed'].fillvalue
f['grid'].is_virtual
len(f['grid'])
len(f['plants/moss'])
f['grid'][()]
f['grid'][...]
f['grid'][:]
f['grid'][2]
f['grid'][-1, -1]
f['grid'][2, 3]
f['grid'][1:3, ::4]
f['grid'][1:3, [0, 4, 10]]
f['grid'][[0, 3], 2:9]
f['grid'][..., 0]
f['grid'][0, ...]
f['grid'][5:2]
f['grid'][np.array([True, False] * 3 + [True])]
f['grid'][f['grid'][...] > 30]
f['grid'][np.uint8(3)]
f['grid'][7]
f['grid'][0, 11]
f['grid'][-8]
f['grid'][0, 0, 0]
f['grid']['x']
f['grid'][1.5]
f['grid'][None]
f['grid'][[0, 99]]
f['sparse'][...]
f['sparse'][20:30, 30:40]
f['plants/moss'][()]
f['plants/moss'][...]
f['plants/moss'][0]
f['plants/nothing'][...]
f['plants/names'][...]
f['plants/names'][0]
f['plants/names'].asstr()[...]
f['plants/names'].asstr()[1]
f['plants/names'].dtype
h5.check_string_dtype(f['plants/names'].dtype).encoding
h5.check_string_dtype(f['plants/fixed'].dtype).length
f['plants/fixed'][...]
f['plants/fixed'].asstr()[:]
f['grid'].asstr()
f['bits'][...]
f['bits'].dtype
f['table'][...]
f['table'][0]
f['table']['a']
f['table']['a', 1]
f['table'][1, 'b']
f['table']['a', 'c']
f['table']['d']
list(f['grid'])[3]
[row.sum() for row in f['grid']]
list(f['plants/moss'])
np.asarray(f['grid'])
np.array(f['grid'], 'f4')
np.array(f['plants/fixed'])
np.sum(f['grid'])
f['kind'].dtype
f['plants/nothing'].fillvalue
f['grid'][h5.MultiBlockSlice()]
f['grid'][h5.MultiBlockSlice(1, 3)]
f['grid'][:, h5.MultiBlockSlice(start=1, stride=4, block=2)]
f['grid'][..., h5.MultiBlockSlice(start=1, stride=4, count=2, block=3)]
f['grid'][h5.MultiBlockSlice(stride=2, block=2), h5.MultiBlockSlice(start=2, stride=5, block=4)]
f['grid'][2, h5.MultiBlockSlice(start=2, stride=5, count=1, block=4)]
f['grid'][h5.MultiBlockSlice(start=6, stride=2, block=2)]
f['grid'][h5.MultiBlockSlice(start=8)]
f['grid'][h5.MultiBlockSlice(stride=3, count=4)]
h5.MultiBlockSlice(start=-1)
h5.MultiBlockSlice(stride=0)
h5.MultiBlockSlice(count=0)
h5.MultiBlockSlice(block=0)
h5.MultiBlockSlice(stride=1, block=2)
h5.MultiBlockSlice(start=1, stride=4, block=2).indices(11)
h5.MultiBlockSlice(start=1, stride=4, block=2).indices(2)
"""

ATTRIBUTES = """
list(f.attrs)
len(f.attrs)
f.attrs['title']
f.attrs[b'title']
f.attrs['missing']
f.attrs.get('missing')
f.attrs.get('missing', 5)
f.attrs.get('title')
'title' in f.attrs
'missing' in f.attrs
list(f['plants/fern/height'].attrs)
len(f['plants/fern/height'].attrs)
list(f['plants/fern/height'].attrs.keys())
dict(f['plants'].attrs)
f['plants/fern/height'].attrs['int']
f['plants/fern/height'].attrs['float32']
f['plants/fern/height'].attrs['array']
f['plants/fern/height'].attrs['text']
f['plants/fern/height'].attrs['texts']
f['plants/fern/height'].attrs['bytes']
f['plants/fern/height'].attrs['flag']
f['plants/fern/height'].attrs['empty']
f['plants/fern/height'].attrs['none']
f['plants/fern/height'].attrs['complex']
f['plants/fern/height'].attrs['record']
f['plants/fern/height'].attrs['array type']
f['plants/fern/height'].attrs['units']
{k: f['plants/fern/height'].attrs.get_id(k).dtype.str for k in f['plants/fern/height'].attrs}
{k: f['plants/fern/height'].attrs.get_id(k).shape for k in ('int', 'array', 'texts')}
f.attrs['main'].__class__.__name__
dict(f['kind'].attrs)
"""


@pytest.mark.parametrize("expression", lines(DATASETS) + lines(ATTRIBUTES))
def test_datasets_and_attributes(path: Path, expression: str) -> None:
    agree(path, expression)


VISITS = """
(seen := [], f.visit(seen.append))[0]
(seen := [], f.visititems(lambda name, obj: seen.append((name, obj))))[0]
(seen := [], f['plants/fern/leaf'].visit(seen.append))[0]
(seen := [], f['plants/fern/leaf/vein'].visit(seen.append))[0]
f.visit(lambda name: name if name.endswith('height') else None)
f.visititems(lambda name, obj: obj if isinstance(obj, h5.Dataset) else None)
f.visit(lambda name: 0)
f.visit(lambda name: None)
f.visit(lambda name: {}['no'])
(seen := [], f['plants/fern'].visititems(lambda name, obj: seen.append((name, obj))))[0]
(seen := [], f.visit_links(seen.append))[0]
(seen := [], f.visititems_links(lambda name, link: seen.append((name, link))))[0]
(seen := [], f['plants/fern'].visititems_links(lambda name, link: seen.append((name, link))))[0]
f.visititems_links(lambda name, link: getattr(link, 'filename', None))
"""


@pytest.mark.parametrize("expression", lines(VISITS))
def test_visiting(path: Path, expression: str) -> None:
    agree(path, expression)
