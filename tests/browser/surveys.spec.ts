// What customers are asked once their ticket is solved, and what a complaint must say.

import { DEMO, expect, test } from './support.ts';

test('the survey shows what customers see, and an edit of it is kept', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/service?tab=surveys');
  const survey = page.getByRole('region', { name: '满意度调查' });
  await expect(survey.getByRole('group', { name: '客户看到的问题' })).toContainText('服务态度');
  await survey.getByRole('button', { name: /满意度调查/ }).click();
  await page.getByRole('menuitem', { name: '编辑满意度调查' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '添加评分项' }).click();
  await dialog.getByRole('textbox', { name: '评分项' }).last().fill('沟通顺畅');
  await expect(dialog.getByRole('group', { name: '客户看到的问题' })).toContainText('沟通顺畅');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(survey).toContainText('沟通顺畅');
  await page.reload();
  await expect(survey).toContainText('沟通顺畅');
});

test('a complaint is solved once its cause and remedy are said', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/tickets?new');
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: '主题' }).fill('对维修人员不满');
  await form.getByRole('combobox', { name: '类型' }).selectOption({ label: '投诉' });
  await expect(form.getByRole('combobox', { name: '被投诉人' })).toBeVisible();
  await form.getByRole('button', { name: '创建' }).click();
  await expect(page.getByRole('region', { name: '投诉' })).toContainText('根本原因');
});
