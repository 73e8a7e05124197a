/* The bridge between slots (C functions in a type) and dunder methods (entries
 * of its __dict__), in both directions; slots.c has the table. */
#ifndef MINIPY_OBJECTS_TYPESLOTS_H
#define MINIPY_OBJECTS_TYPESLOTS_H

#include "../object.h"

typedef void (*AnySlot)(void);
typedef PyObject *(*SlotWrapper)(PyObject *self, PyObject *args, PyObject *kw,
                                 AnySlot wrapped);

enum { SLOT_TYPE, SLOT_NUMBER, SLOT_SEQUENCE, SLOT_MAPPING };

typedef struct {
  const char *name;
  int group;        /* which structure holds the slot */
  size_t offset;    /* and where in it */
  AnySlot function; /* the slot of a class that defines the method in Python */
  SlotWrapper wrap; /* calls the C slot as a method; NULL: no such method */
  PyObject *name_object;
} SlotDef;

typedef struct { /* wrapper_descriptor: int.__add__ */
  PyObject_HEAD PyTypeObject *d_type Py_IMMUTABLE;
  const SlotDef *d_base Py_IMMUTABLE;
  AnySlot d_wrapped Py_IMMUTABLE;
} PyWrapperDescrObject;

/* For a C type: dunder methods for the slots that it defines itself. */
int _PyType_AddSlotWrappers(PyTypeObject *type);
/* Missing slots from the base classes. */
void _PyType_InheritSlots(PyTypeObject *type);
/* For a class made in Python: all slots according to its dunder methods. */
void _PyType_FixupSlots(PyTypeObject *type);
/* The class attribute `name` was assigned or deleted. */
void _PyType_UpdateSlot(PyTypeObject *type, PyObject *name);
PyObject *_PyWrapperDescr_New(PyTypeObject *type, const SlotDef *def,
                              AnySlot wrapped);
extern PyTypeObject _PyMethodWrapper_Type;

/* typenew.c */
PyObject *_PyType_New(PyTypeObject *meta, PyObject *args, PyObject *kw);
void _PySubtype_Dealloc(PyObject *self);
PyObject *_PyType_ComputeMRO(PyTypeObject *type);
/* type.c: slot functions that others compare with */
PyObject *_PyObject_NewSlot(PyTypeObject *type, PyObject *args, PyObject *kw);
int _PyObject_InitSlot(PyObject *self, PyObject *args, PyObject *kw);
int _PySlot_InitPython(PyObject *self, PyObject *args, PyObject *kw);
PyObject *_PySlot_NewPython(PyTypeObject *type, PyObject *args, PyObject *kw);
extern PyMethodDef _PyType_NewMethod; /* __new__ of C types */
int _PyType_AddNewMethod(PyTypeObject *type);

#endif
